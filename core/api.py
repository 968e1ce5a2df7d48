"""The REST door: what every view set under /api/ does alike, so that a view only translates."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ViewSet

from core import caching, idempotency, parameters, patches
from core.bodies import ApiRequest
from core.errors import Forbidden, NotSignedIn
from core.headers import prepared, put_all, response_of
from core.inputs import Input
from core.listing import PAGING_PARAMETERS
from core.parsers import (
    JSONPatchParser,
    MergePatchParser,
    StrictJSONParser,
    UploadParser,
    read_json,
)
from core.problems import API_POLICY
from core.renderers import JSONRenderer, to_json
from core.versions import CURRENT, Version, Versioning

_JSON_BODY = prepared({"Content-Type": "application/json"})
_POLICY = prepared({"Content-Security-Policy": API_POLICY})
_JSON = (StrictJSONParser(),)
_PATCH = (StrictJSONParser(), MergePatchParser(), JSONPatchParser())
_UPLOAD = (UploadParser(),)


class MissingScope(Forbidden):
    """The API key was not given the scope that this read needs."""

    code, message = (
        "insufficient_scope",
        "This API key lacks the scope that this needs.",
    )


class ApiViewSet(ViewSet):
    """The base of every REST view set.

    Declare by action what is not the default, and let the methods clean the input, call a service, and
    answer:

        class BidViewSet(HotReads, ApiViewSet):
            sign_in = True
            scopes = {"list": "bids:read", "retrieve": "bids:read"}

            def create(self, request, job_id):
                bid = submit_bid(job_id=job_id, **self.clean(BidInput), by=self.actor)
                return self.created(bid.pk)

    URL patterns hand over only the path's own values; the version is taken out before.
    """

    groups: ClassVar[Mapping[str, str]] = {}  # action → group of the rate limit; else read or write
    scopes: ClassVar[Mapping[str, str]] = {}  # action → what an API key needs to read
    sign_in: ClassVar[bool | Collection[str]] = False  # actions for the signed-in alone, or True for all
    public_reads: ClassVar[Collection[str]] = ()  # actions that answer every stranger alike, so may be cached
    parameters: ClassVar[Mapping[str, Collection[str]]] = {}  # action → query parameters beside a list's own
    uploads: ClassVar[Collection[str]] = ()  # actions that read multipart/form-data
    refuses_idempotency: ClassVar[Collection[str]] = ()  # actions whose answer holds a secret

    # What the OpenAPI document says beyond that (core/openapi.py).
    is_documented: ClassVar[bool] = True
    noun: ClassVar[str] = ""  # what one resource is called
    tag: ClassVar[str] = ""  # its group in the document, where that is not the app's name
    plural: ClassVar[str] = ""  # what many are called, where that is not the noun with an s
    inputs: ClassVar[Mapping[str, type[Input]]] = {}  # action → the form of its body
    answers: ClassVar[Mapping[str, tuple[int, Any]]] = {}  # action → status, and schema or representation or None
    also_as: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # action → other media types of its answer → schema
    finds: ClassVar[Mapping[str, str]] = {}  # action → when it answers 200 with what was there already, and not 201
    more_answers: ClassVar[Mapping[str, Mapping[int, str]]] = {}  # action → other statuses without a body
    refusals: ClassVar[Mapping[str, Collection[int]]] = {}  # action → statuses beside those that follow by themselves
    components: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # schemas that its answers refer to by name
    is_paged: ClassVar[bool] = True  # whether `list` answers pages
    documented_version: ClassVar[Version] = CURRENT  # set by the document's generator

    actor: Any

    # -- for the methods of a view -------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The prefix of this version's addresses, as the request spelled it: /api/v2, or /api."""
        first, second = self.request._request.path.split("/", 3)[1:3]
        return f"/{first}/{second}" if self._path_version else f"/{first}"

    def clean(self, form: type[Input], **context: Any) -> dict[str, Any]:
        """The body as `form` reads it."""
        return form.read(self.request.data, **context)

    def changes(self, form: type[Input], stored: bytes | Mapping[str, Any]) -> dict[str, Any]:
        """What PUT or a patch changes of the resource that the caller sees as `stored`, its JSON."""
        seen = read_json(stored) if isinstance(stored, bytes) else stored
        media_type = self.request.content_type.partition(";")[0].strip().lower()
        return patches.changes(form, self.request.data, seen, self.request.method or "", media_type)

    def respond(
        self,
        body: bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """An answer whose JSON is made already."""
        return response_of(body, status, {**_JSON_BODY, **prepared(headers)} if headers else _JSON_BODY)

    def answer(
        self,
        data: Any,
        *,
        status: int = 200,
        links: Mapping[str, str] | None = None,
        **more: Any,
    ) -> HttpResponse:
        """`{"data": …, "links"?: …}`, and whatever other members stand beside them."""
        envelope = {"data": data, **more, **({"links": links} if links else {})}
        headers = {"Location": links["self"]} if status == 201 and links else None
        return self.respond(to_json(envelope), status=status, headers=headers)

    @classmethod
    def also_shown(cls) -> Iterable[Any]:
        """Representations that an answer may hold without its schema naming them; the document has them too."""
        return ()

    def no_content(self) -> HttpResponse:
        """204."""
        response = HttpResponse(status=204)
        del response["Content-Type"]
        return response

    # -- before a method -----------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """DRF's life of a request, with POSTs that carry an Idempotency-Key carried out once."""
        self._path_version = kwargs.pop("version", None)
        self.args, self.kwargs = args, kwargs
        self.request = wrapped = self.initialize_request(request, *args, **kwargs)
        self.headers: dict[str, str] = {}
        response: HttpResponseBase
        try:
            self.initial(wrapped, *args, **kwargs)
            response = self._carry_out(wrapped)
        except Exception as error:
            response = self.handle_exception(error)
        return self.finalize_response(wrapped, response, *args, **kwargs)

    def _carry_out(self, request: Request) -> HttpResponseBase:
        method = (request.method or "").lower()
        handler = getattr(self, method) if self.action else self.http_method_not_allowed

        def run() -> HttpResponseBase:
            return self._rendered(handler(request, *self.args, **self.kwargs))

        if method == "post" and "HTTP_IDEMPOTENCY_KEY" in request.META:
            return idempotency.once(self, run)
        return run()

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """The request as DRF has it, with a stream for bodies that come without their length."""
        method = (request.method or "").lower()
        self.action = "metadata" if method == "options" else self.action_map.get(method, "")
        wrapped = ApiRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=_instances(tuple(self.authentication_classes)),
            negotiator=_negotiator(),
            parser_context={"view": self, "args": args, "kwargs": kwargs},
        )
        wrapped.accepted_renderer = _RENDERER
        wrapped.accepted_media_type = _RENDERER.media_type
        return wrapped

    def get_parsers(self) -> list[BaseParser]:
        """JSON; with PATCH the patches too; files where the action takes uploads."""
        if self.action in self.uploads:
            return list(_UPLOAD)
        return list(_PATCH if self.request.method == "PATCH" else _JSON)

    def get_authenticate_header(self, request: Any) -> str:
        """The challenge of a 401; without one DRF would make it a 403."""
        return "Bearer"

    def get_throttles(self) -> list[Any]:
        """DRF's, each made once."""
        return list(_instances(tuple(self.throttle_classes)))

    def get_permissions(self) -> list[Any]:
        """DRF's, each made once."""
        return list(_instances(tuple(self.permission_classes)))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Version, caller, limits, permissions, parameters: in this order, so that all is counted."""
        request.version, request.versioning_scheme = self.determine_version(request)
        try:
            self.perform_authentication(request)
        except Exception:
            self._know(request, _stranger())  # counted as the stranger it is so far
            self.check_throttles(request)
            raise
        self.check_throttles(request)
        if not self.action:
            raise MethodNotAllowed(request.method or "")
        if self.action in self.refuses_idempotency and "HTTP_IDEMPOTENCY_KEY" in request.META:
            raise idempotency.NotSupported
        self.check_permissions(request)
        self.check_parameters(request)

    def determine_version(self, request: Request, *args: Any, **kwargs: Any) -> tuple[str, Versioning]:
        """DRF's, by one scheme for all."""
        return _VERSIONING.determine_version(request), _VERSIONING

    def perform_authentication(self, request: Request) -> None:
        """Find out who calls: `self.actor`, which DRF knows as `request.user`."""
        asked: Any = request._request
        is_plain = self.authentication_classes is ViewSet.authentication_classes
        is_stranger = is_plain and "HTTP_AUTHORIZATION" not in asked.META and not hasattr(asked, "user")
        self._know(request, _stranger() if is_stranger else request.user)

    def _know(self, request: Request, actor: Any) -> None:
        django_request = request._request
        self.actor = actor.with_request(
            getattr(django_request, "request_id", ""),
            getattr(django_request, "address", ""),
        )
        request.user = django_request.actor = self.actor  # type: ignore[attr-defined]

    @property
    def group(self) -> str:
        """The group of the rate limits that this request counts in."""
        default = "read" if self.request.method in ("GET", "HEAD", "OPTIONS") else "write"
        return self.groups.get(self.action or "", default)

    def check_permissions(self, request: Request) -> None:
        """A sign-in where demanded (401), a key's scope for reads (403), then DRF's permission classes."""
        action = self.action or ""
        demanded = self.sign_in if isinstance(self.sign_in, bool) else action in self.sign_in
        if demanded and not self.actor.is_signed_in and action != "metadata":
            raise NotSignedIn
        if self.actor.scopes is not None and request.method in ("GET", "HEAD"):
            self._check_scope(action)
        super().check_permissions(request)

    def _check_scope(self, action: str) -> None:
        """A read that is neither public nor names a scope is for people alone."""
        scope = self.scopes.get(action)
        if scope is None and action in self.public_reads:
            return
        if scope not in self.actor.scopes:
            raise MissingScope(f"This API key lacks the scope {scope}." if scope else None)

    def check_parameters(self, request: Request) -> None:
        """Refuse query parameters that this action does not have, or that are no text."""
        django_request: Any = request._request
        if django_request.META.get("QUERY_STRING"):
            parameters.check(django_request.GET, self.known_parameters(), django_request.api_version)

    @classmethod
    @cache
    def _list_parameters(cls) -> frozenset[str]:
        filters = getattr(cls, "filterset_class", None)
        return frozenset(filters.parameters()) | PAGING_PARAMETERS if filters else frozenset()

    def known_parameters(self) -> frozenset[str]:
        """The query parameters of this action: a list's filters and paging, and those declared."""
        declared = frozenset(self.parameters.get(self.action or "", ()))
        return self._list_parameters() | declared if self.action == "list" else declared

    def options(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Which methods there are."""
        response = self.no_content()
        response["Allow"] = ", ".join(self.allowed_methods)
        return response

    # -- after a method ------------------------------------------------------------------------------------

    def _rendered(self, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, Response):
            response.accepted_renderer = _RENDERER
            response.accepted_media_type = _RENDERER.media_type
            response.renderer_context = self.get_renderer_context()  # type: ignore[attr-defined]
            response.render()
        return response

    def finalize_response(  # type: ignore[override]  # any answer of Django's will do
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """The version's headers, the limits', the cache's; and 304 where the client has it already."""
        django_request = request._request
        allowance = getattr(django_request, "allowance", None)
        if allowance is not None:
            put_all(response, allowance.headers())
        if getattr(response, "exception", False):  # it has the rest from where it was written
            return response
        django_request.api_version.sign(response, django_request.path)  # type: ignore[attr-defined]
        put_all(response, _POLICY)
        is_public = (
            self.action in self.public_reads
            and not self.actor.is_signed_in
            and "HTTP_AUTHORIZATION" not in django_request.META
        )
        return caching.finish(django_request, response, is_public=is_public, by_header=not self._path_version)


_RENDERER = JSONRenderer()
_VERSIONING = Versioning()


@cache
def _instances(classes: tuple[type, ...]) -> tuple[Any, ...]:
    """One of each for the process: they keep nothing between requests."""
    return tuple(kind() for kind in classes)


def _stranger() -> Any:
    make: Any = api_settings.UNAUTHENTICATED_USER
    return make()


@cache
def _negotiator() -> Any:
    make: Any = api_settings.DEFAULT_CONTENT_NEGOTIATION_CLASS
    return make()
