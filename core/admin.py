"""What the admin's tables share, and the doors' own tables to look at."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.models import IdempotencyRecord, OutgoingMail

EXACT_UP_TO = 10_000


class LargePaginator(Paginator):
    """Counts no further than is cheap; beyond, the whole of a table is what the planner takes it for."""

    @cached_property
    def count(self) -> int:
        """Exact up to 10,000 rows."""
        rows: Any = self.object_list
        capped = len(rows.order_by().values_list("pk")[: EXACT_UP_TO + 1])
        if capped <= EXACT_UP_TO:
            return int(capped)
        if rows.query.where:
            return int(rows.order_by().count())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table]
            )
            return max(capped, cursor.fetchone()[0])


class LargeAdmin(admin.ModelAdmin):
    """A table that may grow large: nothing is counted in vain."""

    paginator = LargePaginator
    show_full_result_count = False
    list_per_page = 50


class ReadOnlyAdmin(LargeAdmin):
    """Rows that operations of the site write, and nobody else."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows beside the one that they belong to, to look at."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """Answers that are kept; what they say is their receivers' own."""

    list_display = ["route", "key", "person_id", "status", "created_at"]
    search_fields = ["key", "=person_id"]
    exclude = ["body", "fingerprint"]
    ordering = ["-id"]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Mail on its way, and why it is not there yet."""

    list_display = ["kind", "person_id", "created_at", "attempts", "sent_at", "given_up_at", "last_error"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter), ("given_up_at", admin.EmptyFieldListFilter)]
    search_fields = ["=person_id"]
    ordering = ["-id"]
