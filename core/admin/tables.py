"""The doors' own tables, to look at."""

from django.contrib import admin

from core import mail
from core.admin.filters import one_of
from core.admin.lists import ReadOnlyAdmin
from core.models import IdempotencyRecord, OutgoingMail


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """Answers that are kept; what they say is their receivers' own."""

    list_display = ["route", "key", "person_id", "status", "created_at"]
    search_fields = ["=person_id"]
    search_help_text = "By the id of a person."
    exclude = ["body", "fingerprint"]
    ordering = ["-id"]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Mail on its way, and why it is not there yet."""

    list_display = ["kind", "person_id", "created_at", "attempts", "sent_at", "given_up_at", "last_error"]
    list_filter = [
        one_of("kind", mail.kinds),
        ("sent_at", admin.EmptyFieldListFilter),
        ("given_up_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["=person_id"]
    search_help_text = "By the id of a person."
    ordering = ["-id"]
