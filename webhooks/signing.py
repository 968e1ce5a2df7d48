"""Secrets of endpoints, and signatures by them (Standard Webhooks)."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from standardwebhooks.webhooks import Webhook

_PREFIX = "whsec_"


def make_secret() -> str:
    """A new one: 32 random bytes, as its owner sees it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def encrypt(secret: str) -> bytes:
    """As it is kept in the database."""
    return _box(_keys()).encrypt(secret.encode())


def decrypt(kept: bytes | memoryview) -> str:
    """As its owner knows it."""
    return _box(_keys()).decrypt(bytes(kept)).decode()


def signature(texts: Iterable[str], *, webhook_id: str, moment: datetime, body: str) -> str:
    """The header: one signature for each secret, separated by spaces."""
    return " ".join(Webhook(text).sign(webhook_id, moment, body) for text in texts)


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *(str(key) for key in settings.SECRET_KEY_FALLBACKS))


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    """Encrypts by the first key, decrypts by any: so the site's key can be changed."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"webhooks.secrets").derive(key.encode())
