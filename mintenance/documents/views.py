"""Pages that show the OpenAPI document: Swagger UI and Redoc, with their files from here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.versions import CURRENT, VERSIONS


@require_safe
def show_swagger(request: HttpRequest, version: str | None = None) -> HttpResponse:
    """Every operation, to be read and tried out."""
    return _page(request, "documents/swagger.html", version)


@require_safe
def show_redoc(request: HttpRequest, version: str | None = None) -> HttpResponse:
    """Every operation, to be read."""
    return _page(request, "documents/redoc.html", version)


def _page(request: HttpRequest, template: str, version: str | None) -> HttpResponse:
    number = version or str(CURRENT.number)
    if number not in VERSIONS:
        raise Http404
    return render(request, template, {"address": f"/api/v{number}/openapi.json"})
