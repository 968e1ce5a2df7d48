"""The other tables of this app, to look at; and groups of rights."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from accounts.admin.acting import actor_of
from accounts.audit import audit
from accounts.models import ApiKey, AuditReason, AuditRecord, Image, Session, SignInAttempts
from core.admin import LargeAdmin, ReadOnlyAdmin


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Sign-ins."""

    list_display = ["person", "address", "user_agent", "last_used_at", "expires_at", "ended_at", "ended_because"]
    list_select_related = ["person"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["person__email", "person__name", "=person", "=address"]
    search_help_text = "By a person or a network address."
    ordering = ["-id"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Programs' keys, without their digests."""

    list_display = ["prefix", "name", "person", "scopes", "last_used_at", "expires_at", "revoked_at"]
    list_select_related = ["person"]
    search_fields = ["=prefix", "person__email", "person__name", "=person"]
    search_help_text = "By a person or the beginning of a key, between its underscores."
    exclude = ["digest", "previous_digest"]
    ordering = ["-id"]


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    """Uploads."""

    list_display = ["filename", "owner", "width", "height", "size", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__email", "owner__name", "=owner", "=id"]
    search_help_text = "By an owner or an id."
    ordering = ["-id"]


@admin.register(SignInAttempts)
class SignInAttemptsAdmin(ReadOnlyAdmin):
    """Tries that failed of late. Whose they are is not kept."""

    list_display = ["began_at", "count", "locked_until"]
    list_display_links = None  # a digest makes no address
    exclude = ["key"]
    ordering = ["-began_at"]


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyAdmin):
    """What staff have done, the newest first."""

    list_display = ["number", "created_at", "who", "act", "target_type", "target_id", "why", "request_id"]
    list_select_related = ["reason"]
    search_fields = ["=who", "=target_id", "=act", "=request_id"]
    search_help_text = (
        "By the id of who did it or of what it was done to, an act such as person.suspended, or a request."
    )
    exclude = ["previous", "digest", "reason_digest"]
    readonly_fields = ["why"]
    ordering = ["-number"]

    @admin.display(description="Why")
    def why(self, record: AuditRecord) -> str:
        """Empty where none was given, or it went with whom it was about."""
        return record.reason.words if hasattr(record, "reason") else ""


@admin.register(AuditReason)
class AuditReasonAdmin(ReadOnlyAdmin):
    """Why staff did what they did."""

    list_display = ["record", "words"]
    list_select_related = ["record"]
    search_fields = ["=about", "=record"]
    search_help_text = "By the id of the person whom it is about, or the number of a record."
    exclude = ["salt"]
    ordering = ["-record"]


class GroupAdmin(LargeAdmin):
    """Rights of staff that go together."""

    search_fields = ["=name"]
    ordering = ["name"]
    filter_horizontal = ["permissions"]

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """And write down what it may do now."""
        super().save_related(request, form, formsets, change)
        may = ", ".join(form.instance.permissions.order_by("codename").values_list("codename", flat=True))
        audit("group.changed", target_type="group", target_id=form.instance.pk, why=may, by=actor_of(request))

    def delete_model(self, request: Any, obj: Any) -> None:
        """Written down."""
        name, pk = obj.name, obj.pk
        super().delete_model(request, obj)
        audit("group.deleted", target_type="group", target_id=pk, why=name, by=actor_of(request))

    def delete_queryset(self, request: Any, queryset: QuerySet[Group]) -> None:
        """Each by itself, so that each is written down."""
        with transaction.atomic():
            for group in queryset:
                self.delete_model(request, group)


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)
