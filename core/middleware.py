"""What every request goes through, whatever it asks for."""

import re
import time
from collections.abc import Awaitable, Callable
from functools import cache
from inspect import isawaitable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from core import metrics
from core.headers import prepared, put, put_all
from core.ids import new_text
from core.logs import log_request, request_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

# What helmet sends by default (its Content-Security-Policy is Django's here, with a nonce on pages).
_HEADERS = prepared(
    {
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
)

# With `no-referrer` a browser sends `Origin: null` with our own forms, which Django's CSRF check cannot tell from a
# stranger's. `same-origin` tells other sites as little.
_PAGES = prepared({"Referrer-Policy": "same-origin"})

GetResponse = Callable[[HttpRequest], Any]


def is_api(request: HttpRequest) -> bool:
    """Whether a request is for the REST door."""
    return request.path_info.startswith("/api/")


class RequestMiddleware:
    """The outermost: the id and address of a request, the slash at its end, all headers, its log line."""

    sync_capable = async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, or hand over what will."""
        if self.is_async:
            return self._answer_later(request)
        started = time.perf_counter()
        token = request_id.set(_prepare(request))
        try:
            response = self.get_response(request)
            return _finish(request, response, started)
        finally:
            request_id.reset(token)

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        token = request_id.set(_prepare(request))
        try:
            response = await self.get_response(request)
            return _finish(request, response, started)
        finally:
            request_id.reset(token)


def _prepare(request: Any) -> str:
    """Give the request its id, its address and its scheme, and take the slash off an address of the API."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    request.request_id = given if _REQUEST_ID.fullmatch(given) else new_text()
    request.address = _address(request)
    if request.path_info.endswith("/") and is_api(request) and request.path_info != "/api/":
        request.path_info, request.path = request.path_info[:-1], request.path[:-1]
    identity: str = request.request_id
    return identity


def _finish(request: Any, response: HttpResponseBase, started: float) -> HttpResponseBase:
    put(response, "X-Request-ID", request.request_id)
    if not is_api(request):
        put_all(response, _PAGES)
    put_all(response, _HEADERS)
    is_measured = response.streaming or "content-length" in response.headers._store
    if not is_measured and response.status_code not in (204, 304):
        put(response, "Content-Length", str(len(response.content)))  # type: ignore[attr-defined]
    seconds = time.perf_counter() - started
    metrics.observe(request, response, seconds)
    log_request(_line(request, response, seconds))
    return response


def _line(request: Any, response: HttpResponseBase, seconds: float) -> dict[str, Any]:
    """Of the address only the path: a query may hold a ticket."""
    actor = getattr(request, "actor", None) or getattr(request, "_cached_user", None)
    user = getattr(actor, "pk", None)
    return {
        "requestId": request.request_id,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "duration": round(seconds * 1000, 2),
        "userAgent": request.META.get("HTTP_USER_AGENT", "")[:300],
        "ip": request.address,
        "userId": str(user) if user else None,
    }


# --- Behind proxies ---------------------------------------------------------------------------------------


@cache
def _networks(names: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(name, strict=False) for name in names)


def _is_trusted(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


def _address(request: Any) -> str:
    """Who connected, and over which scheme; behind trusted proxies as these say."""
    address: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES or not _is_trusted(address):
        return address
    if request.META.get("HTTP_X_FORWARDED_PROTO", "").strip() in ("http", "https"):
        scheme = request.META["HTTP_X_FORWARDED_PROTO"].strip()
        request._get_scheme = lambda: scheme
    return _behind_proxies(address, request.META.get("HTTP_X_FORWARDED_FOR", ""))


def address_of(scope: Any) -> str:
    """Who has opened a socket, given its ASGI scope."""
    address: str = (scope.get("client") or ("",))[0]
    if not settings.TRUSTED_PROXIES or not _is_trusted(address):
        return address
    told = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _behind_proxies(address, ",".join(told))


def _behind_proxies(address: str, forwarded_for: str) -> str:
    """The last address in X-Forwarded-For that is not a trusted proxy's."""
    for hop in reversed(forwarded_for.split(",")):
        try:
            address = str(ip_address(hop.strip()))
        except ValueError:
            return address  # what stands before an entry that is no address was written by nobody we trust
        if not _is_trusted(address):
            return address
    return address


# --- Cross-origin requests --------------------------------------------------------------------------------


class ApiCorsMiddleware(CorsMiddleware):
    """django-cors-headers, which costs as much as many a view, only where there is an Origin."""

    def __call__(self, request: HttpRequest) -> Any:
        """The answer; that it depends on the Origin is said either way."""
        if self.async_mode or "HTTP_ORIGIN" in request.META:
            return super().__call__(request)
        response: Any = self.get_response(request)
        store = response.headers._store
        put(response, "Vary", f"{store['vary'][1]}, origin" if "vary" in store else "origin")
        return response


# --- Static files ---------------------------------------------------------------------------------------


class StaticMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, which is synchronous, and would make Django run all that stands around it in threads."""

    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, or hand over what will."""
        answer = super().__call__(request)
        return _ready(answer) if self.is_async and not isawaitable(answer) else answer


async def _ready(response: HttpResponseBase) -> HttpResponseBase:
    return response
