"""What every answer carries, who is logged as calling, and which way through the middleware a request takes."""

import asyncio
import json
import logging

import pytest
from django.http import HttpResponse
from django.test import AsyncClient

from core.headers import prepared, response_of
from core.logs import JSONFormatter, request_id
from tests.core import door

HELMET = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-XSS-Protection": "0",
}


def helmet(path):
    """With helmet's no-referrer a browser sends `Origin: null` with our own forms, and Django refuses them."""
    return HELMET if "/api/" in path or path[0] != "/" else HELMET | {"Referrer-Policy": "same-origin"}


EVERYTHING = [
    "things",
    "things/mine",
    "nothing",
    "things/broken",
    "things?x=1",
    "/page",
    "/broken",
    "/nowhere",
    "/healthz",
]


@pytest.fixture
def lines():
    """The lines that are written for requests."""
    written: list[dict] = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(json.loads(JSONFormatter().format(record)))

    logger, handler = logging.getLogger("mintenance.access"), Keep()
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


class TestAlways:
    @pytest.mark.parametrize("path", EVERYTHING)
    def test_what_helmet_sends(self, api, path):
        answer = api.get(path)
        assert {name: answer.get(name) for name in HELMET} == helmet(path)
        assert "Server" not in answer
        assert "X-Powered-By" not in answer

    @pytest.mark.parametrize("path", EVERYTHING)
    def test_a_content_security_policy_without_loopholes(self, api, path):
        policy = api.get(path)["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy or "default-src 'self'" in policy

    @pytest.mark.parametrize("given", ["a", "A-z.0_9", "x" * 128])
    def test_the_clients_request_id(self, api, given):
        assert api.get("things", x_request_id=given)["X-Request-ID"] == given

    @pytest.mark.parametrize("given", ["", "x" * 129, "a b", "é", "a\tb", "<script>", "a;b"])
    @pytest.mark.parametrize("path", ["things", "/page", "nothing"])
    def test_a_new_one_where_that_is_of_no_use(self, api, given, path):
        made = api.get(path, x_request_id=given)["X-Request-ID"]
        assert made != given
        assert len(made) == 36

    def test_its_length(self, api):
        answer = api.get("things/raw")
        assert answer["Content-Length"] == str(len(answer.content))


class TestBytes:
    def test_json_that_is_made_already_goes_out_as_it_is(self, api):
        answer = api.get("things/raw")
        assert answer.content == b'{"data":"\xc3\xa9"}'
        assert answer["Content-Type"] == "application/json"


class TestCaching:
    def test_a_strangers_read_of_what_is_public(self, api):
        answer = api.get("things")
        assert answer["Cache-Control"] == "public, max-age=0, s-maxage=5, stale-while-revalidate=30"
        assert {"Authorization", "Cookie", "Accept-Encoding", "origin"} <= set(answer["Vary"].split(", "))
        assert answer["ETag"].startswith('"')

    @pytest.mark.parametrize(
        ("path", "by"),
        [
            ("things", "ann"),
            ("things/mine", "ann"),
            ("things/hidden", ""),
            ("things/broken", ""),
            ("nothing", ""),
        ],
    )
    def test_everything_else_is_private(self, api, path, by):
        assert api.get(path, by=by)["Cache-Control"] == "private, no-store"

    def test_writes_too(self, api):
        assert api.delete(f"things/{door.THING['id']}", by="ann")["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '"a,b" , W/{}', "*"])
    def test_304_for_what_the_client_has(self, api, form):
        first = api.get("things/raw")
        again = api.get("things/raw", if_none_match=form.format(first["ETag"]))
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert (again["Cache-Control"], again["Vary"]) == (first["Cache-Control"], first["Vary"])
        assert "Content-Type" not in again

    @pytest.mark.parametrize("form", ['"other"', "nonsense", "", "W/", '""'])
    def test_200_for_what_it_has_not(self, api, form):
        assert api.get("things/raw", if_none_match=form).status_code == 200


class TestCors:
    ORIGIN = "https://app.example"

    @pytest.fixture(autouse=True)
    def _origins(self, settings):
        settings.CORS_ALLOWED_ORIGINS = [self.ORIGIN]

    def test_a_known_origin_is_let_in_with_credentials(self, api):
        answer = api.get("things", origin=self.ORIGIN)
        assert answer["Access-Control-Allow-Origin"] == self.ORIGIN
        assert answer["Access-Control-Allow-Credentials"] == "true"
        assert set(answer["Access-Control-Expose-Headers"].split(", ")) == {
            "X-Total-Count", "X-Page-Count", "Link", "Location", "ETag", "X-Request-ID", "RateLimit",
            "RateLimit-Policy", "Retry-After", "Deprecation", "Sunset",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "origin",
        ["https://evil.example", "null", "http://app.example", "https://app.example.evil.example",
         "https://app.example:8443", "https://xapp.example", "https://app.example@evil.example", "*"],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["things", "nothing", "/page", "things/broken"])
    def test_no_other_is(self, api, origin, path):
        answer = api.get(path, origin=origin)
        assert "Access-Control-Allow-Origin" not in answer
        assert "origin" in answer["Vary"]

    def test_a_preflight(self, api):
        answer = api.options(
            "things", origin=self.ORIGIN, access_control_request_method="PATCH",
            access_control_request_headers="idempotency-key",
        )  # fmt: skip
        assert answer.status_code == 200
        assert set(answer["Access-Control-Allow-Methods"].split(", ")) == {
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
        }  # fmt: skip
        assert set(answer["Access-Control-Allow-Headers"].split(", ")) == {
            "authorization", "content-type", "x-request-id", "idempotency-key", "if-match", "if-none-match", "api-version",
        }  # fmt: skip
        assert int(answer["Access-Control-Max-Age"]) <= 600

    def test_errors_can_be_read_from_there_too(self, api):
        assert api.get("nothing", origin=self.ORIGIN)["Access-Control-Allow-Origin"] == self.ORIGIN


class TestLog:
    def test_one_line_a_request(self, api, lines):
        api.get("things?q=secret", by="ann", user_agent="tests/1", x_request_id="log-1")
        (line,) = lines
        assert line.pop("duration") > 0
        assert line.pop("userId") is not None
        assert {name: line[name] for name in ("requestId", "method", "path", "status", "userAgent", "ip")} == {
            "requestId": "log-1", "method": "GET", "path": "/api/v2/things", "status": 200,
            "userAgent": "tests/1", "ip": "127.0.0.1",
        }  # fmt: skip

    def test_no_query_no_token_no_body(self, api, lines):
        api.post("things?ticket=hunter2", {"title": "hunter2"}, by="hunter2")
        assert "hunter2" not in json.dumps(lines)

    def test_a_stranger_has_no_id(self, api, lines):
        api.get("things")
        assert lines[0]["userId"] is None

    def test_nobody_begins_a_line_of_their_own(self, api, lines):
        api.get("/api/v2/a%0d%0ab", user_agent='x" \x1b[31m\u2028')
        raw = JSONFormatter().format(logging.makeLogRecord({"msg": "a\r\nb\x1b[0m"}))
        assert not {"\n", "\r", "\x1b"} & set(raw)
        assert lines[0]["path"] == "/api/v2/a\r\nb"

    def test_what_cannot_be_encoded_is_written_all_the_same(self):
        record = logging.makeLogRecord({"msg": "\ud800", "members": {"n": 10**30}})
        assert json.loads(JSONFormatter().format(record))["message"] == "\ud800"

    def test_every_line_of_a_request_has_its_id(self):
        token = request_id.set("r-1")
        line = JSONFormatter().format(logging.makeLogRecord({"msg": "x"}))
        request_id.reset(token)
        assert json.loads(line)["requestId"] == "r-1"

    def test_a_fault_has_its_trace(self):
        try:
            raise ValueError("x")
        except ValueError as error:
            record = logging.makeLogRecord({"msg": "x", "exc_info": (ValueError, error, error.__traceback__)})
        assert "ValueError: x" in json.loads(JSONFormatter().format(record))["exception"]


class TestAddress:
    def ip(self, api, lines, **headers):
        api.get("things", **headers)
        return lines[-1]["ip"]

    def test_forwarding_counts_for_nothing_by_default(self, api, lines):
        for name in ("x_forwarded_for", "x_real_ip", "forwarded", "client_ip", "true_client_ip"):
            assert self.ip(api, lines, **{name: "203.0.113.9"}) == "127.0.0.1"

    @pytest.mark.parametrize(
        ("forwarded", "address"),
        [
            ("203.0.113.9", "203.0.113.9"),
            ("1.2.3.4, 203.0.113.9", "203.0.113.9"),  # whatever the client wrote itself stands further left
            ("1.2.3.4, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
            ("2001:db8::1", "2001:db8::1"),
            ("nonsense", "127.0.0.1"),
            ("1.2.3.4, nonsense", "127.0.0.1"),
            ("", "127.0.0.1"),
            ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ],
    )
    def test_behind_a_trusted_proxy_the_last_that_is_not_one(self, api, lines, settings, forwarded, address):
        settings.TRUSTED_PROXIES = ["127.0.0.0/8", "10.0.0.0/8"]
        assert self.ip(api, lines, x_forwarded_for=forwarded) == address

    def test_a_proxy_that_is_not_trusted_changes_nothing(self, api, lines, settings):
        settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
        assert self.ip(api, lines, x_forwarded_for="203.0.113.9") == "127.0.0.1"

    def test_the_actor_knows_the_request(self, api):
        api.get("things/mine", by="ann", x_request_id="act-1")
        assert (door.SEEN[0].request_id, door.SEEN[0].address) == ("act-1", "127.0.0.1")


class TestAsync:
    """The same through an ASGI handler."""

    def get(self, path, **headers):
        async def ask():
            client = AsyncClient(raise_request_exception=False)
            return await client.get(path, headers=headers)

        return asyncio.run(ask())

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/v2/things", 200),
            ("/api/v2/things/", 200),
            ("/api/v2/nothing", 404),
            ("/page", 200),
            ("/broken", 500),
        ],
    )
    def test_it_answers_alike(self, path, status):
        answer = self.get(path, **{"X-Request-ID": "async-1"})
        assert answer.status_code == status
        assert answer["X-Request-ID"] == "async-1"
        assert {name: answer.get(name) for name in HELMET} == helmet(path)

    def test_it_compresses(self):
        assert self.get("/api/v2/things/big", **{"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"

    def test_it_lets_origins_in(self, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
        answer = self.get("/api/v2/things", origin="https://app.example")
        assert answer["Access-Control-Allow-Origin"] == "https://app.example"
        assert "origin" in self.get("/api/v2/things")["Vary"]


class TestFork:
    def test_with_a_session_cookie_a_request_takes_the_pages_way(self, api, settings, monkeypatch):
        seen = []
        monkeypatch.setattr(
            door.ThingViewSet,
            "mine",
            lambda view, request: seen.append(hasattr(request, "session")) or view.answer([]),
        )
        api.get("things/mine", by="ann")
        api.client.cookies[settings.SESSION_COOKIE_NAME] = "x"
        api.get("things/mine", by="ann")
        assert seen == [False, True]


def test_a_response_made_quickly_is_djangos():
    quick = response_of(b"{}", 201, prepared({"Content-Type": "application/json", "ETag": '"1"'}))
    slow = HttpResponse(b"{}", status=201, content_type="application/json", headers={"ETag": '"1"'})
    assert quick.__dict__.keys() | {"status_code"} == slow.__dict__.keys() | {"status_code"}
    for name in ("status_code", "content", "charset", "reason_phrase", "streaming", "closed"):
        assert getattr(quick, name) == getattr(slow, name), name
    assert dict(quick.headers) == dict(slow.headers)
    quick["X-One"], quick.cookies["a"] = "1", "b"
    again = response_of(b"{}", 200, {})
    assert not again.headers
    assert not again.cookies
    assert again._resource_closers is not quick._resource_closers
