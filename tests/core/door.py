"""A small REST door of its own, so that the manners of all doors are tested without any app."""

import threading
import uuid
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from core import health, views
from core.api import ApiViewSet
from core.errors import Conflict, Forbidden, NotFound, NotSignedIn
from core.inputs import Input, MoneyField
from core.models import OutgoingMail
from core.operations import operation
from core.viewers import Viewer


@dataclass(frozen=True)
class Caller:
    """Stands for accounts.actors.Actor, which core does not know."""

    id: UUID | None = None
    key_id: UUID | None = None
    scopes: frozenset[str] | None = None
    is_staff: bool = False
    is_system: bool = False
    request_id: str = ""
    address: str = ""
    viewer: Viewer = field(default_factory=Viewer)

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    is_authenticated = is_active = is_signed_in

    @property
    def pk(self) -> UUID | None:
        return self.id

    def with_request(self, request_id: str, address: str) -> "Caller":
        return replace(self, request_id=request_id, address=address)


class ByName(BaseAuthentication):
    """`Bearer <name>` is that person, `Api-Key <name> <scopes>` a key of theirs, `Bearer bad` nobody."""

    def authenticate(self, request: Any) -> tuple[Caller, None] | None:
        kind, _, rest = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not kind:
            return None
        if rest == "bad":
            raise AuthenticationFailed("The token is not good.")
        name, _, scopes = rest.partition(" ")
        person = uuid.uuid5(uuid.NAMESPACE_OID, name.partition("/")[0])
        if kind == "Api-Key":
            return Caller(
                person,
                uuid.uuid5(uuid.NAMESPACE_OID, name),
                frozenset(scopes.split(",")),
            ), None
        return Caller(person), None


class PlaceInput(Input):
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lng = serializers.FloatField(min_value=-180, max_value=180)


class ThingInput(Input):
    title = serializers.CharField(max_length=50)
    max_budget = MoneyField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    is_open = serializers.BooleanField(required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=10), required=False, max_length=5)
    place = PlaceInput(required=False, allow_null=True)
    status = serializers.ChoiceField(["open", "closed"], required=False)


THING: dict[str, Any] = {
    "id": "0192d5f0-0000-7000-8000-000000000000",
    "title": "A shelf",
    "maxBudget": 120.5,
    "count": 3,
    "isOpen": True,
    "tags": ["wood", "wall"],
    "place": {"lat": 51.5, "lng": -0.12},
    "status": "open",
    "createdAt": "2026-11-01T10:00:00+00:00",
}

GATE, REACHED = threading.Event(), threading.Event()
GATE.set()
SEEN: list[Caller] = []


@operation
def make_thing(*, title: str, **rest: Any) -> UUID:
    """Writes a row of core's own, as an app's operation writes its."""
    row = OutgoingMail.objects.create(
        kind=title,
        person_id=uuid.uuid4(),
        created_at="2026-01-01T00:00:00Z",
        next_attempt_at="2999-01-01T00:00:00Z",
    )
    REACHED.set()
    GATE.wait(10)
    if title == "conflict":
        raise Conflict("That is taken.", code="taken")
    if title == "forbidden":
        raise Forbidden
    return row.pk


class ThingViewSet(ApiViewSet):
    """Everything that a view set can declare, once."""

    authentication_classes = [ByName]
    groups = {"authenticate": "auth", "upload": "upload"}
    sign_in = {"create", "mine", "upload", "secret"}
    scopes = {"mine": "things:read"}
    public_reads = {"list", "retrieve", "big", "raw"}
    parameters = {"list": {"q", "page", "cursor"}}
    uploads = {"upload"}
    refuses_idempotency = {"secret", "authenticate"}

    def list(self, request: Any) -> HttpResponse:
        """A list with the Link header that a real one has."""
        return self.respond(
            b'{"data":[]}',
            headers={
                "Link": '</api/v2/things?page=1>; rel="first"',
                "X-Total-Count": "0",
            },
        )

    def retrieve(self, request: Any, pk: UUID) -> HttpResponse:
        if str(pk) != THING["id"]:
            raise NotFound
        return self.answer(THING, links={"self": f"{self.base}/things/{pk}"})

    def create(self, request: Any) -> HttpResponse:
        pk = make_thing(**self.clean(ThingInput))
        return self.answer({"id": pk}, status=201, links={"self": f"{self.base}/things/{pk}"})

    def change(self, request: Any, pk: UUID) -> HttpResponse:
        return self.answer(self.changes(ThingInput, THING))

    def remove(self, request: Any, pk: UUID) -> HttpResponse:
        return self.no_content()

    def mine(self, request: Any) -> HttpResponse:
        SEEN.append(self.actor)
        return self.answer([])

    def hidden(self, request: Any) -> HttpResponse:
        return self.answer([])

    def authenticate(self, request: Any) -> HttpResponse:
        raise NotSignedIn("Wrong address or password.", code="invalid_credentials")

    def secret(self, request: Any) -> HttpResponse:
        return self.answer({"key": "secret"}, status=201)

    def upload(self, request: Any) -> HttpResponse:
        return self.answer({"size": request.data["file"].size, "name": request.data["file"].name})

    def big(self, request: Any) -> HttpResponse:
        return self.answer(["x" * 100] * 100)

    def raw(self, request: Any) -> HttpResponse:
        return self.respond(b'{"data":"\xc3\xa9"}')

    def stream(self, request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter([b"data: 1\n\n" * 500]), content_type="text/event-stream")

    def broken(self, request: Any) -> HttpResponse:
        raise RuntimeError("secret detail")

    def gone(self, request: Any) -> HttpResponse:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(1)")
        raise AssertionError


def _as(**actions: str) -> Any:
    return ThingViewSet.as_view(actions)


things = [
    path("things", _as(get="list", post="create")),
    path("things/mine", _as(get="mine")),
    path("things/hidden", _as(get="hidden")),
    path("things/secret", _as(post="secret")),
    path("things/upload", _as(post="upload")),
    path("things/big", _as(get="big")),
    path("things/raw", _as(get="raw")),
    path("things/stream", _as(get="stream")),
    path("things/broken", _as(get="broken")),
    path("things/gone", _as(get="gone")),
    path(
        "things/<uuid:pk>",
        _as(get="retrieve", put="change", patch="change", delete="remove"),
    ),
    path("auth/signin", _as(post="authenticate")),
]


def page(request: Any) -> HttpResponse:
    """A page outside the API."""
    return HttpResponse("<p>A page</p>")


def broken_page(request: Any) -> HttpResponse:
    """A page with a fault."""
    raise RuntimeError("secret detail")


urlpatterns = [
    re_path(r"^api/(?:v(?P<version>[0-9]{1,9})/)?", include(things)),
    path("docs/errors", views.list_errors),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.show_metrics),
    path("page", page),
    path("broken", broken_page),
    path("", include("mintenance.urls")),  # what the frame of a page leads to
]

handler400 = "core.problems.answer_bad_request"
handler403 = "core.problems.answer_forbidden"
handler404 = "core.problems.answer_not_found"
handler500 = "core.problems.answer_server_error"
