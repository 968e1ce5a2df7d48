"""The bytes of images, at the addresses that the API answers.

They are streamed through the site and not by links to the storage: the storage needs no address that the
public can reach, no link can be handed on, pages keep to `img-src 'self'`, and browsers may keep a picture
for good under one address.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.settings import api_settings

from accounts.models import Image
from core import etags, storage
from core.errors import NotFound
from core.problems import answer_for
from core.viewers import ANYONE

_A_YEAR = 31_536_000
# The bytes never change. Who may see them may: so shared caches ask again after five minutes.
PUBLIC = f"public, max-age={_A_YEAR}, s-maxage=300, immutable"
PRIVATE = f"private, max-age={_A_YEAR}, immutable"


@require_safe
def show_image(request: HttpRequest, pk: UUID, thumbnail: bool = False) -> HttpResponse:
    """The picture, or its thumbnail, for whoever may see it; 404 for others."""
    try:
        image, is_public = _find(request, pk)
        tag = f'"{image.sha256[:32]}{"-thumbnail" if thumbnail else ""}"'
        wanted = request.headers.get("If-None-Match")
        response = HttpResponseNotModified() if wanted and etags.names(wanted, tag) else _bytes(image, thumbnail)
    except Exception as error:
        return answer_for(error, request)
    response["ETag"], response["Cache-Control"] = tag, PUBLIC if is_public else PRIVATE
    if not is_public:
        response["Vary"] = "Authorization, Cookie"
    return response


def _find(request: HttpRequest, pk: UUID) -> tuple[Image, bool]:
    """The image and whether everybody may see it. Who calls is only asked where not everybody may."""
    image = Image.objects.visible_to(ANYONE).filter(pk=pk).first()
    if image is not None:
        return image, True
    authenticators: Any = [kind() for kind in _authenticators()]
    actor: Any = Request(request, authenticators=authenticators).user
    viewer = actor.viewer
    image = None if viewer.is_anyone else Image.objects.visible_to(viewer).filter(pk=pk).first()
    if image is None:
        raise NotFound
    return image, False


def _authenticators() -> Any:
    return api_settings.DEFAULT_AUTHENTICATION_CLASSES


def _bytes(image: Image, thumbnail: bool) -> HttpResponse:
    try:
        content = storage.read(image.thumbnail_key if thumbnail else image.key)
    except FileNotFoundError:  # it was deleted between the question and the reading
        raise NotFound from None
    response = HttpResponse(content, content_type=image.mimetype)
    stem = image.filename.rpartition(".")[0] or image.filename
    response["Content-Disposition"] = content_disposition_header(False, f"{stem}.webp") or "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
