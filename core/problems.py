"""Refusals and failures as REST writes them, in the form of the version that was asked for."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from rest_framework import exceptions as drf

from core import errors, throttles
from core.errors import Refusal
from core.operations import refusal_for
from core.renderers import to_json
from core.versions import VERSIONS, UnknownVersion, asked_version, version_of

log = logging.getLogger("mintenance.errors")

_SENTENCES = {
    400: errors.BadInput,
    401: errors.NotSignedIn,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.NotAllowedMethod,
    409: errors.Conflict,
    413: errors.TooLarge,
    415: errors.WrongMediaType,
    429: errors.TooManyRequests,
    503: errors.Unavailable,
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""The Content-Security-Policy of JSON, which loads nothing."""


class Failure(Refusal):
    """A fault of the site. What went wrong is in the log, under the request's id, and nowhere else."""

    status, code, message = 500, "internal_error", "Something went wrong on our side."


def refusal_of(error: BaseException) -> Refusal:
    """The refusal that stands for any exception; a `Failure` when it is our own fault."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, drf.APIException):
        return _from_drf(error)
    if isinstance(error, Http404):
        return errors.NotFound()
    if isinstance(error, PermissionDenied):
        return errors.Forbidden()
    if isinstance(error, RequestDataTooBig):
        return errors.TooLarge()
    if isinstance(error, SuspiciousOperation | BadRequest):
        return errors.BadInput()
    return _from_database(error) or Failure()


def _from_database(error: BaseException) -> Refusal | None:
    if isinstance(error, IntegrityError):
        return refusal_for(error)
    if isinstance(error, DataError):
        return errors.BadInput("A value is outside what can be stored.")
    if isinstance(error, OperationalError | InterfaceError):
        return errors.Unavailable(retry_after=1)
    return None


def _from_drf(error: drf.APIException) -> Refusal:
    if isinstance(error, drf.ValidationError):
        detail = error.detail
        return errors.FieldErrors(detail if isinstance(detail, dict) else {"nonFieldErrors": detail})
    if isinstance(error, drf.Throttled):
        return errors.TooManyRequests(retry_after=max(1, round(getattr(error, "wait", None) or 1)))
    kind = _SENTENCES.get(error.status_code)
    if kind is None:
        return Failure()
    return kind(str(error.detail) if kind in (errors.BadInput, errors.NotSignedIn) else None)


def problem_of(refusal: Refusal, request: HttpRequest) -> dict[str, Any]:
    """The refusal as RFC 9457 writes it, with our members."""
    problem: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/docs/errors#{refusal.code}",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": refusal.status,
        "detail": refusal.message,
        "instance": request.path,
        "code": refusal.code,
        "message": refusal.message,
        "requestId": getattr(request, "request_id", ""),
    }
    if refusal.details is not None:
        problem["details"] = refusal.details
    if refusal.retry_after is not None:
        problem["retryAfter"] = refusal.retry_after
    return {**problem, **refusal.members}


def answer_for(error: BaseException, request: HttpRequest, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The JSON answer to a request that ended with this exception, its log line written."""
    refusal = refusal_of(error)
    if refusal.status >= 500:
        _report(error, refusal, request)
    version = version_of(request)
    body, media_type = version.problem(problem_of(refusal, request))
    response = HttpResponse(to_json(body), status=refusal.status, content_type=media_type)
    response._has_been_logged = True  # type: ignore[attr-defined]  # by us, if at all; Django would say it again
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = API_POLICY
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    for name, value in {**(headers or {}), **refusal.headers}.items():
        response[name] = value
    version.sign(response, request.path)
    return response


def _report(error: BaseException, refusal: Refusal, request: HttpRequest) -> None:
    if isinstance(refusal, Failure):
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        got_request_exception.send(sender=None, request=request)
    else:
        log.warning(
            "%s %s: %s (%s)",
            request.method,
            request.path,
            refusal.message,
            type(error).__name__,
        )


def answer_problem(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler."""
    view, request = context["view"], context["request"]._request
    headers = {}
    if isinstance(error, drf.MethodNotAllowed | errors.NotAllowedMethod):
        headers["Allow"] = ", ".join(view.allowed_methods)
    if isinstance(error, drf.UnsupportedMediaType | errors.WrongMediaType) and request.method == "PATCH":
        headers["Accept-Patch"] = ", ".join(parser.media_type for parser in view.get_parsers())  # RFC 5789, 2.2
    return answer_for(error, request, headers)


# --- Django's own handlers: what goes wrong before or beside a view ---------------------------------------


def _answer(request: HttpRequest, refusal: BaseException) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return answer_for(refusal, request)
    kind = refusal_of(refusal)
    if kind.status >= 500:
        _report(refusal, kind, request)
    actor = getattr(request, "actor", None)
    context = {"refusal": kind, "actor": actor, "bare": kind.status >= 500}  # what failed may fail the header too
    page = TemplateResponse(request, "core/problem.html", context, status=kind.status)
    page._has_been_logged = True  # type: ignore[attr-defined]
    return page.render()


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return _answer(request, refusal_of(exception))


def answer_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return _answer(request, errors.Forbidden())


def answer_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404.

    Strangers are counted here too: they have so many requests over the API, whatever they ask for.
    """
    if not request.path_info.startswith("/api/"):
        return _answer(request, errors.NotFound())
    try:
        if "HTTP_AUTHORIZATION" not in request.META:
            throttles.count_stranger(getattr(request, "address", ""))
    except Refusal as refusal:
        return answer_for(refusal, request)
    return answer_for(
        UnknownVersion() if asked_version(request) not in VERSIONS else errors.NotFound(),
        request,
    )


def answer_server_error(request: HttpRequest) -> HttpResponse:
    """handler500; a database that is gone is a 503 here too."""
    return _answer(request, sys.exc_info()[1] or Failure())
