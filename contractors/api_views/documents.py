"""REST: papers that staff look at."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from contractors.models import Document
from contractors.representations import DocumentRepresentation
from contractors.serializers import DocumentInput
from contractors.services import delete_document, link_to_document, upload_document
from contractors.services.documents import LINK_SECONDS
from core.reads import HotReads
from core.viewers import Viewer

LINK = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["url", "expiresAt"],
            "properties": {
                "url": {"type": "string", "format": "uri"},
                "expiresAt": {"type": "string", "format": "date-time"},
            },
        }
    },
}


class DocumentViewSet(HotReads):
    """The caller's own documents. Nobody but they and staff ever sees them."""

    noun = "document"
    representation = DocumentRepresentation
    uploads = {"create"}
    groups = {"create": "upload"}
    sign_in = True
    scopes = {"list": "profile:write", "retrieve": "profile:write"}
    inputs = {"create": DocumentInput}
    answers = {"link_to_document": (200, LINK)}
    refuses_idempotency = {"link_to_document"}

    def rows(self, viewer: Viewer) -> QuerySet:
        """One's own."""
        return Document.objects.filter(contractor=viewer.id)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, and where a link to its file is to be had."""
        own = f"{base}/contractors/me/documents/{pk}"
        return {"self": own, "link": f"{own}/link"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Hand in a document: a PDF, or a JPEG, PNG or WebP image, of up to 10 MB."""
        given = self.clean(DocumentInput)
        file = given.pop("file")
        return self.created(upload_document(file=file, filename=file.name, **given, by=self.actor).pk)

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a document back, and what stood on it."""
        with self.precondition(pk):
            delete_document(document_id=pk, by=self.actor)
        return self.no_content()

    def link_to_document(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Get a link to the file, which is good for 60 seconds, for whoever holds it."""
        self.read_one(pk)
        until = timezone.now() + timedelta(seconds=LINK_SECONDS)
        link = link_to_document(document_id=pk, by=self.actor)
        return self.answer({"url": f"{settings.PUBLIC_URL}{link}", "expiresAt": until})
