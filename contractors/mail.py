"""What we write to contractors."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from contractors.models import Document
from core.mail import Letter, mail_kind


@mail_kind("contractors.lapse")
def write_lapse(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Says that a document lapses in so many days, or has. Nothing where it has been replaced or taken back since."""
    found = Document.objects.filter(pk=context["document"], status__in=["approved", "lapsed"])
    document = found.select_related("contractor__person").first()
    if document is None or not document.contractor.person.is_active:
        return None
    days = context["days"]
    values = {"document": document, "days": days, "site": settings.PUBLIC_URL}
    when = "has lapsed" if days == 0 else f"lapses on {document.expires_on:%d %B %Y}"
    return Letter(
        to=document.contractor.person.email,
        subject=f"Your {document.get_kind_display().lower()} document {when}",
        text=render_to_string("contractors/mail/lapse.txt", values),
    )
