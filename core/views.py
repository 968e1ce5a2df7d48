"""The page that the `type` of every problem points to."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.errors import Refusal


@require_safe
def list_errors(request: HttpRequest) -> HttpResponse:
    """Every code, with its status and what it means."""
    codes = {kind.code: (kind.code, kind.status, kind.message, kind.__doc__ or "") for kind in _all(Refusal)}
    return render(request, "core/errors.html", {"codes": sorted(codes.values()), "bare": True})


def _all(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in refusal.__subclasses__():
        yield kind
        yield from _all(kind)
