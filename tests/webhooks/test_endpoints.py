"""Endpoints: what may be asked for, where it may be sent, and who sees it."""

import socket
from typing import Any

import pytest

from accounts.models import Person
from events.types import TYPES
from tests.cast import Rest, Who, nothing_changes, refused
from webhooks import addresses
from webhooks.exceptions import UrlNotAllowed
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
PUBLIC = "https://93.184.215.14/hook"

HOSTS = [
    # this machine
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.0.0.1", "0x7f.1",
    "0177.0.0.1", "0177.1", "017700000001", "127.0.0.1.", "127.0.0.01", "0127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]", "localhost", "LOCALHOST", "localhost.", "a.localhost", "0", "0.0.0.0",
    "0x0", "00000000", "[::]", "0.1.2.3", "[::1%25lo]", "[::1%lo]", "[::127.0.0.1]", "[::7f00:1]",
    # mapped, translated, tunnelled
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]",
    "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]",
    "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:0a00:0001::1]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2001::1]",
    "[::ffff:8.8.8.8]", "[64:ff9b::8.8.8.8]", "[2002:808:808::1]",
    # private and shared
    "10.0.0.1", "10.255.255.255", "10.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.254",
    "192.168.0.1", "192.168.1", "3232235521", "0xc0a80001", "0300.0250.0.1", "100.64.0.1", "100.127.255.254",
    "100.100.100.200", "[fc00::1]", "[fd00::1]", "[fd00:ec2::254]", "[fec0::1]",
    # link-local, metadata
    "169.254.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[fe80::1]",
    "[febf::1]", "[fe80::a9fe:a9fe]", "168.63.129.16", "192.0.0.192",
    # multicast, reserved, documentation, benchmark
    "224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff0e::1]", "240.0.0.1", "255.255.255.255", "4294967295", "0xffffffff",
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "[2001:db8::1]", "[3fff::1]", "198.18.0.1", "198.19.255.254", "192.0.0.1",
    "192.0.0.9", "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "[2620:4f:8000::1]", "[100::1]",
    "[2001:2::1]", "[2001:10::1]", "[2001:20::1]", "[5f00::1]", "[4000::1]",
    # what readers disagree about
    "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "127.0.0.1%00", "127.0.0.1%2e", "%31%32%37.0.0.1", "127.0.0.1\\@example.org",
    "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\t", "127.0.0.1\n", "example.org\\", "example.org:80@127.0.0.1",
    "user@example.org", "user:pass@example.org", "@example.org", ":@example.org", "exa mple.org", "ex_ample.org%", "[127.0.0.1]",
    "[::1", "::1", "1.2.3.4.5", "256.0.0.1", "1.2.3.256", "0x7f.0x0.0x0.0x1", "127.0.0.0x1", "127.0x1", "a.1", "a.0x1",
    "", ".", "..", "-a.org", "a-.org", "a..b", "bücher.example", "ｅｘａｍｐｌｅ.org", "a" * 64 + ".org", "[v1.x]", "127.0.0.1#", "?",
]  # fmt: skip
URLS = [
    "http://example.org/", "ftp://example.org/", "gopher://example.org/", "file:///etc/passwd", "javascript:alert(1)",
    "data:text/plain,x", "//example.org/", "example.org", "/hook", "", " ", "https:/example.org", "https:example.org",
    "https://93.184.215.14:22/", "https://93.184.215.14:25/", "https://93.184.215.14:5432/", "https://93.184.215.14:6379/",
    "https://93.184.215.14:7999/", "https://93.184.215.14:10000/", "https://93.184.215.14:0/", "https://93.184.215.14:65536/",
    "https://93.184.215.14:-1/", "https://93.184.215.14:x/", "https://93.184.215.14:/", "https://93.184.215.14/#part",
    "https://93.184.215.14/a b", "https://93.184.215.14/a\r\nX: y", "https://93.184.215.14/ü", "http://93.184.215.14/",
    "http+unix://x/", "wss://93.184.215.14/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_named(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETS = []
    settings.RATE_LIMITS_ON = False


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of the test's own: no resolver is asked."""
    known = {
        "good.example": ["93.184.215.14"],
        "mixed.example": ["93.184.215.14", "10.0.0.1"],
        "inner.example": ["127.0.0.1"],
        "six.example": ["::ffff:10.0.0.1"],
    }

    def look_up(name: str, port: int) -> list[str]:
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return known[name]

    monkeypatch.setattr(addresses, "look_up", look_up)


class TestAddresses:
    def test_there_are_enough_of_them(self) -> None:
        assert len(set(HOSTS)) >= 130
        assert len({*HOSTS, *URLS}) >= 160

    def test_no_spelling_of_a_forbidden_address_passes(self, rest: Rest, ann: Who) -> None:
        hook = rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann).json()["data"]
        urls = [f"https://{host}/hook" for host in HOSTS] + URLS
        with nothing_changes():
            for url in urls:
                for answer in (
                    rest.post("webhooks", {"url": url, "events": ["*"]}, by=ann),
                    rest.patch(f"webhooks/{hook['id']}", {"url": url}, by=ann),
                ):
                    assert answer.status_code == 400, url
                    if url != f"{PUBLIC} ":
                        assert "url" in answer.json()["details"], (url, answer.content)

    @pytest.mark.parametrize("host", HOSTS)
    def test_nor_at_delivery(self, host: str) -> None:
        with pytest.raises(UrlNotAllowed):
            addresses.check_url(f"https://{host}/hook")

    @pytest.mark.parametrize("name", ["mixed.example", "inner.example", "six.example"])
    def test_every_address_of_a_name_counts(self, rest: Rest, ann: Who, name: str) -> None:
        refused(rest.post("webhooks", {"url": f"https://{name}/", "events": ["*"]}, by=ann), 400, "url_not_allowed")

    @pytest.mark.parametrize(
        "url",
        [
            PUBLIC, "https://good.example/hook?a=b&c=%20", "https://unknown.example/", "https://good.example:8443/",
            "https://good.example:443/", "https://xn--bcher-kva.example/", "https://[2606:4700:4700::1111]/",
            "https://good.example", "https://a_b.unknown.example:80/",
        ],
    )  # fmt: skip
    def test_public_ones_and_unknown_names_pass(self, rest: Rest, ann: Who, url: str) -> None:
        answer = rest.post("webhooks", {"url": url, "events": ["*"]}, by=ann)
        assert (answer.status_code, answer.json()["data"]["url"]) == (201, url)

    def test_http_is_for_development(self, rest: Rest, ann: Who, settings: Any) -> None:
        body = {"url": "http://good.example/", "events": ["*"]}
        refused(rest.post("webhooks", body, by=ann), 400, "url_not_allowed")
        settings.DEBUG = True
        assert rest.post("webhooks", body, by=ann).status_code == 201
        refused(rest.post("webhooks", {**body, "url": "http://127.0.0.1/"}, by=ann), 400, "url_not_allowed")


class TestEndpoints:
    def test_the_secret_is_shown_once(self, rest: Rest, ann: Who) -> None:
        made = rest.post("webhooks", {"url": PUBLIC, "events": ["bid.*", "bid.*"], "description": "Mine"}, by=ann)
        data = made.json()["data"]
        assert data.pop("secret").startswith("whsec_")
        assert rest.get(f"webhooks/{data['id']}", by=ann).json()["data"] == data
        assert rest.get("webhooks", by=ann).json()["data"] == [data]
        assert data["events"] == ["bid.*"]
        assert (data["status"], data["disabledReason"], data["ordered"]) == ("enabled", None, False)

    def test_no_answer_with_a_secret_is_kept(self, rest: Rest, ann: Who) -> None:
        answer = rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann, idempotency_key="k")
        refused(answer, 400, "idempotency_not_supported")

    @pytest.mark.parametrize("pattern", ["", "x", "bid.", "bid*", "*.created", "bid.*.x", "b*d", "bid.created,job.posted", "webhook.ping", "BID.*"])  # fmt: skip
    def test_patterns_mean_something(self, rest: Rest, ann: Who, pattern: str) -> None:
        with nothing_changes():
            answer = rest.post("webhooks", {"url": PUBLIC, "events": [pattern]}, by=ann)
        refused(answer, 400, "validation_failed")

    def test_twenty_at_most(self, rest: Rest, ann: Who, bob: Who) -> None:
        for _ in range(20):
            assert rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann).status_code == 201
        with nothing_changes():
            refused(rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann), 409, "endpoint_limit")
        assert rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=bob).status_code == 201

    def test_a_change(self, rest: Rest, ann: Who) -> None:
        made = rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann).json()["data"]
        change = {"events": ["job.*"], "ordered": True, "status": "disabled", "description": "Off"}
        data = rest.patch(f"webhooks/{made['id']}", change, by=ann).json()["data"]
        assert {name: data[name] for name in change} == change
        assert data["disabledReason"] == "owner"

    def test_others_see_nothing(self, rest: Rest, ann: Who, bob: Who, sam: Who) -> None:
        made = rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann).json()["data"]
        path = f"webhooks/{made['id']}"
        with nothing_changes():
            for who in (bob, sam):
                for answer in (
                    rest.get(path, by=who),
                    rest.patch(path, {"description": "x"}, by=who),
                    rest.delete(path, by=who),
                    rest.get(f"{path}/deliveries", by=who),
                    rest.post(f"{path}/test", {}, by=who),
                    rest.post(f"{path}/rotate-secret", {}, by=who),
                    rest.post(f"{path}/replay", {"after": "evt_0000000000000000"}, by=who),
                ):
                    refused(answer, 404, "not_found")

    def test_a_key_needs_the_scope(self, rest: Rest, carl: Who) -> None:
        body = {"url": PUBLIC, "events": ["*"]}
        refused(rest.post("webhooks", body, by=carl.with_key("events:read")), 403, "insufficient_scope")
        assert rest.post("webhooks", body, by=carl.with_key("webhooks:manage")).status_code == 201

    def test_they_go_with_their_owner(self, rest: Rest, ann: Who) -> None:
        rest.post("webhooks", {"url": PUBLIC, "events": ["*"]}, by=ann)
        assert rest.delete("users/me", by=ann).status_code == 204
        assert not Endpoint.objects.exists()
        assert Person.objects.get(pk=ann.id).erased_at is not None


def test_every_type_has_a_schema_that_its_example_meets(rest: Rest) -> None:
    from jsonschema import Draft202012Validator

    found = rest.get("webhooks/event-types").json()["data"]
    assert [one["type"] for one in found] == sorted(TYPES)
    for one in found:
        Draft202012Validator.check_schema(one["schema"])
        Draft202012Validator(one["schema"]).validate(one["example"])
