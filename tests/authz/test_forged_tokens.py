"""Tokens that were not made here, or not for this: each is refused at every door that takes one."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from accounts import tokens
from tests.cast import Rest, Who

pytestmark = pytest.mark.django_db
COMMON = [
    "",
    "secret",
    "password",
    "changeme",
    "django-insecure",
    "jwt",
    "key",
    "your-256-bit-secret",
    "supersecret",
    "mintenance",
]


def b64(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(head: Any, claims: Any, key: bytes, digest: Any = hashlib.sha256) -> str:
    text = f"{b64(head)}.{b64(claims)}"
    return f"{text}.{b64(hmac.digest(key, text.encode(), digest))}"


@pytest.fixture
def forged(ann: Who) -> dict[str, str]:
    return dict(_forgeries(ann))


def _forgeries(ann: Who) -> Iterator[tuple[str, str]]:
    good = ann.access_token
    head, claims, signature = good.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    ours = hmac.digest(settings.SECRET_KEY.encode(), tokens._PURPOSE, "sha256")
    hs256 = {"alg": "HS256", "typ": "JWT"}
    for name in ("none", "None", "nOnE", "NONE", ""):
        yield f"alg {name!r}", f"{b64({'alg': name, 'typ': 'JWT'})}.{claims}."
    yield "no signature", f"{head}.{claims}."
    yield "two parts", f"{head}.{claims}"
    yield "another signature", f"{head}.{claims}.{b64(b'x' * 32)}"
    yield "a longer signature", f"{good}AA"
    yield "claims of another", f"{head}.{b64({**said, 'sub': str(ann.id)[::-1]})}.{signature}"
    yield "HS512", signed({**hs256, "alg": "HS512"}, said, ours, hashlib.sha512)
    yield "HS384", signed({**hs256, "alg": "HS384"}, said, ours, hashlib.sha384)
    yield "signed with the site's key itself", signed(hs256, said, settings.SECRET_KEY.encode())
    for header in (
        {"jwk": {"kty": "oct", "k": b64(b"x")}},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/"},
        {"kid": "../../dev/null"},
        {"kid": "' OR 1=1"},
    ):
        yield f"header {next(iter(header))} {next(iter(header.values()))}", signed({**hs256, **header}, said, b"x")
    yield "crit", signed({**hs256, "crit": ["exp"]}, said, ours)
    for secret in COMMON:
        yield f"secret {secret!r}", signed(hs256, said, secret.encode())
    now = int(time.time())
    for name, value in (("exp", now - 1), ("exp", "soon"), ("exp", None), ("exp", 10**400), ("nbf", now + 3600), ("iss", "elsewhere"), ("sub", None),
                        ("sub", "x"), ("sid", None), ("sid", "x"), ("sid", str(ann.id)), ("token_type", "refresh"), ("token_type", None)):  # fmt: skip
        yield f"{name} {str(value)[:10]}", signed(hs256, {**said, name: value}, ours)
    for name in ("exp", "sub", "sid", "token_type", "iss"):
        yield f"without {name}", signed(hs256, {key: value for key, value in said.items() if key != name}, ours)
    yield "no object", signed(hs256, [1], ours)
    yield "too long", signed(hs256, {**said, "x": "x" * 2000}, ours)
    yield "blank", " "
    yield "odd letters", "ümläut.é.ñ"


def test_each_is_refused_at_every_door(rest: Rest, ann: Who, forged: dict[str, str], settings: Any) -> None:
    settings.RATE_LIMITS_ON = False
    assert rest.get("users/me", by=ann).status_code == 200
    assert len(forged) >= 40
    doors = ("users/me", "jobs", "events", "/media/images/0192d5f0-0000-7000-8000-000000000000.webp")
    for name, token in forged.items():
        for door in doors:
            answer = rest.client.get(
                door if door.startswith("/") else f"/api/v2/{door}",
                HTTP_AUTHORIZATION=f"Bearer {token}",
                HTTP_HOST="testserver",
            )
            assert answer.status_code == 401, (name, door, answer.content)


def test_the_good_one_spelled_otherwise_is_refused(rest: Rest, ann: Who) -> None:
    """The last letter of base64 has bits that say nothing; another letter there is another token (PyJWT, GHSA of 2.14)."""
    good = ann.access_token
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    at = letters.index(good[-1])
    twin = good[:-1] + letters[at ^ 1]
    assert rest.get("users/me", authorization=f"Bearer {twin}").status_code == 401
