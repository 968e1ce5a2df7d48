"""The doors' tables, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.models import IdempotencyRecord, OutgoingMail


class _ReadOnly(admin.ModelAdmin):
    """Rows that the site itself writes, and nobody else."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(_ReadOnly):
    """Answers that are kept; what they say is their receivers' own."""

    list_display = ["route", "key", "person_id", "status", "created_at"]
    search_fields = ["key", "person_id"]
    exclude = ["body", "fingerprint"]
    ordering = ["-id"]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(_ReadOnly):
    """Mail on its way, and why it is not there yet."""

    list_display = [
        "kind",
        "person_id",
        "created_at",
        "attempts",
        "sent_at",
        "given_up_at",
        "last_error",
    ]
    list_filter = [
        "kind",
        ("sent_at", admin.EmptyFieldListFilter),
        ("given_up_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["person_id"]
    ordering = ["-id"]
