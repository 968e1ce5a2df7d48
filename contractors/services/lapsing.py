"""What time does to documents: their owners are warned, and what has lapsed verifies nobody any more."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from accounts.actors import SYSTEM
from contractors.models import Contractor, Document, DocumentWarning
from contractors.querysets import SOON
from contractors.services.documents import verify_by_documents
from core import mail
from core.operations import operation

AHEAD = (1, 7, 14, SOON)  # days; the owner is warned once at each
AT_A_TIME = 200


def lapse_documents() -> int:
    """End what was good until yesterday; how many. Each in a transaction of its own; several workers share them."""
    over = Document.objects.filter(status="approved", expires_on__lt=timezone.now().date())
    return sum(
        _lapse(pk, owner) for pk, owner in over.order_by("expires_on").values_list("pk", "contractor")[:AT_A_TIME]
    )


@operation
def _lapse(document_id: UUID, owner: UUID) -> bool:
    held = Contractor.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    profile = held.filter(pk=owner).first()
    document = Document.objects.filter(pk=document_id, status="approved").first() if profile else None
    if profile is None or document is None:
        return False
    document.status = Document.Status.LAPSED
    document.save(update_fields=["status"])
    _tell(document, 0)
    verify_by_documents(profile, SYSTEM)
    return True


def warn_of_lapses() -> int:
    """Warn owners 30, 14, 7 and 1 days before a document of theirs lapses, of each step once; how many."""
    return sum(_warn(days, timezone.now().date()) for days in AHEAD)


@operation
def _warn(days: int, today: date) -> int:
    """Of this step: what has no more days than that left, and was not warned of at this step or a nearer one."""
    last = date.fromordinal(today.toordinal() + days)
    due = Document.objects.filter(status="approved", expires_on__gte=today, expires_on__lte=last)
    due = due.exclude(warnings__days__lte=days).order_by("pk")
    return sum(_tell(document, days) for document in due.select_for_update(skip_locked=True, of=("self",))[:AT_A_TIME])


def _tell(document: Document, days: int) -> bool:
    """Queue the mail with the row that says so. The document or its owner is held, so nobody else does it now."""
    _, is_new = DocumentWarning.objects.get_or_create(document=document, days=days)
    if is_new:
        mail.queue("contractors.lapse", document.contractor_id, document=str(document.pk), days=days)
    return is_new
