"""The bytes of documents, behind a link that is good for a minute."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from contractors.services.documents import document_of_link
from core import storage
from core.errors import NotFound
from core.problems import answer_for


@require_safe
def show_document(request: HttpRequest, token: str) -> HttpResponse:
    """The file, to be saved and not shown; 404 where the link is over."""
    try:
        document = document_of_link(token)
        try:
            content = storage.read(document.key)
        except FileNotFoundError:  # it was deleted between the question and the reading
            raise NotFound from None
    except Exception as error:
        return answer_for(error, request)
    response = HttpResponse(content, content_type=document.mimetype)
    stem = document.filename.rpartition(".")[0] or document.filename
    name = f"{stem}.{document.key.rpartition('.')[2]}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
