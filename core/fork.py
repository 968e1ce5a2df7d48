"""Two ways through the middleware: pages take all of it, requests to the API only what an API needs.

Sessions, messages, static files and page policies cost a JSON answer more than its view does. `Fork` stands
near the top of MIDDLEWARE and `Join` is the last; between the two a request to the API goes through
API_MIDDLEWARE instead. It takes the pages' way after all with a session cookie, for the API's own pages,
and with a Host that is not ours.
"""

from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils.module_loading import import_string


class Join:
    """Where both ways meet again: the handler of views."""

    sync_capable = async_capable = True
    newest: Any = None

    def __init__(self, get_response: Any) -> None:
        Join.newest = get_response  # Django builds its chain from the inside out, so a Fork comes after its Join
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, or hand over what will."""
        return self.get_response(request)


class Fork:
    """Sends each request one of the two ways."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.pages = get_response
        self.api = short_way(Join.newest)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, or hand over what will."""
        return self.api(request) if takes_short_way(request) else self.pages(request)


def short_way(view: Any) -> Any:
    """The API's middleware around what answers."""
    for name in reversed(settings.API_MIDDLEWARE):
        view = convert_exception_to_response(import_string(name)(view))
    return view


def takes_short_way(request: HttpRequest) -> bool:
    """Whether nothing of what pages need concerns this request."""
    path, meta = request.path_info, request.META
    return (
        path.startswith("/api/")
        and not path.endswith(settings.API_PAGES)
        and settings.SESSION_COOKIE_NAME not in meta.get("HTTP_COOKIE", "")
        and _is_ours(meta.get("HTTP_HOST", ""), tuple(settings.ALLOWED_HOSTS))
    )


@lru_cache(maxsize=256)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, list(allowed))
