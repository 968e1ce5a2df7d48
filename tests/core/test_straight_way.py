"""The straight way to the API answers as Django's own handler does."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.door import Door
from tests import cast
from tests.cast import Who

pytestmark = pytest.mark.django_db(transaction=True)

OWN = ("X-Request-ID", "RateLimit", "Date")


@pytest.fixture
def doors(settings: Any) -> Iterator[tuple[Any, Any]]:
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS, settings.DEBUG = "mintenance.urls", ["site.test"], False
    yield WSGIHandler(), Door()
    connection.close()


def call(
    handler: Any, path: str, *, by: Who = cast.STRANGER, method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[str, dict[str, str], bytes]:
    """A request as a WSGI server makes it (PEP 3333)."""
    bare, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": bare, "QUERY_STRING": query, "SERVER_NAME": "site.test",
        "SERVER_PORT": "80", "HTTP_HOST": "site.test", "REMOTE_ADDR": "192.0.2.7", "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "SCRIPT_NAME": "",
        **({"CONTENT_TYPE": "application/json"} if body else {}), **headers,
    }  # fmt: skip
    for name, value in by.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    begun: list[Any] = []
    answer = handler(environ, lambda status, sent: begun.extend([status, sent]))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return begun[0], {name: value for name, value in begun[1] if name not in OWN}, content


def same(doors: tuple[Any, Any], path: str, **options: Any) -> tuple[str, dict[str, str], bytes]:
    """Asked twice at each: the first time the straight way learns where the address leads, the second it knows."""
    options.setdefault("HTTP_X_REQUEST_ID", "asked")
    django, straight = doors
    expected = call(django, path, **options)
    assert call(straight, path, **options) == expected
    assert call(straight, path, **options) == expected
    return expected


def test_reads_of_strangers_and_of_people(doors: Any) -> None:
    ann, carl = cast.homeowner(), cast.contractor()
    job, hidden = cast.job_of(ann), cast.job_of(ann, status="draft")
    for path in ("jobs", "jobs?limit=1&status=posted", f"jobs/{job.pk}", f"contractors/{carl.id}", f"users/{ann.id}"):
        assert same(doors, f"/api/v2/{path}")[0] == "200 OK"
        assert same(doors, f"/api/v1/{path}")[0] == "200 OK"
        assert same(doors, f"/api/{path}", HTTP_API_VERSION="2")[0] == "200 OK"
        assert same(doors, f"/api/v2/{path}", by=ann)[0] == "200 OK"
        same(doors, f"/api/v2/{path}", method="HEAD")
    assert same(doors, f"/api/v2/jobs/{hidden.pk}")[0] == "404 Not Found"
    assert same(doors, f"/api/v2/jobs/{hidden.pk}", by=ann)[0] == "200 OK"


def test_each_address_keeps_its_own_ids(doors: Any) -> None:
    ann = cast.homeowner()
    bids = [cast.bid_of(cast.contractor(), cast.job_of(ann)) for _ in range(3)]
    for bid in bids:
        _, _, body = same(doors, f"/api/v2/jobs/{bid.job_id}/bids/{bid.pk}", by=ann)
        assert f'"id":"{bid.pk}"'.encode() in body
    assert same(doors, f"/api/v2/jobs/{bids[0].job_id}/bids/{bids[1].pk}", by=ann)[0] == "404 Not Found"


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/api/v2/jobs/", {}),
        ("/api/v2/nothing", {}),
        ("/api/v3/jobs", {}),
        ("/api/v2/jobs/0191B76D-A93C-7CFD-8250-482C8814125B", {}),
        ("/api/v2/jobs/0191b76da93c7cfd8250482c8814125b0000", {}),
        ("/api/v2/jobs/------------------------------------", {}),
        ("/api/v2/jobs?page=0", {}),
        ("/api/v2/jobs?colour=red", {}),
        ("/api/v2/users/me", {}),
        ("/api/v2/jobs", {"HTTP_AUTHORIZATION": "Bearer nonsense"}),
        ("/api/v2/jobs", {"HTTP_ORIGIN": "https://elsewhere.test"}),
        ("/api/v2/jobs", {"HTTP_ACCEPT_ENCODING": "gzip"}),
        ("/api/v2/jobs", {"method": "OPTIONS"}),
        ("/api/v2/jobs", {"method": "DELETE"}),
        ("/api/v2/jobs", {"method": "POST", "body": b"{"}),
        ("/api/v2/jobs", {"HTTP_HOST": "other.test"}),
        ("/api/v2/jobs", {"HTTP_COOKIE": "sessionid=nonsense"}),
        ("/api/v2/openapi.json", {}),
        ("/healthz", {}),
    ],
)
def test_what_is_odd_is_refused_alike(doors: Any, path: str, more: dict[str, Any]) -> None:
    same(doors, path, **more)


def test_a_write_and_its_replay(doors: Any) -> None:
    ann, carl = cast.homeowner(), cast.contractor()
    job = cast.job_of(ann)
    _, straight = doors
    for number in range(3):
        body = b'{"amount": 120.5, "message": "I can come on Monday."}'
        status, headers, _ = call(
            straight, f"/api/v2/jobs/{job.pk}/bids", by=carl, method="POST", body=body, HTTP_IDEMPOTENCY_KEY="once"
        )
        assert (status, "Idempotent-Replayed" in headers) == ("201 Created", number > 0)
    assert job.bids.count() == 1


def test_a_connection_that_the_database_has_closed_is_replaced(doors: Any) -> None:
    ann = cast.homeowner()
    job = cast.job_of(ann)
    _, straight = doors
    path = f"/api/v2/jobs/{job.pk}"
    assert call(straight, path)[0] == "200 OK"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    assert call(straight, path)[0] == "200 OK"


def test_a_known_address_is_as_many_queries(doors: Any) -> None:
    job = cast.job_of(cast.homeowner())
    counts = []
    for handler in doors:
        call(handler, f"/api/v2/jobs/{job.pk}")
        with CaptureQueriesContext(connection) as queries:
            call(handler, f"/api/v2/jobs/{job.pk}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
