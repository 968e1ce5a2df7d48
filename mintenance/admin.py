"""The wiring's own tables in the admin, to look at, and the phones of staff."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.admin import actor_of
from accounts.audit import audit
from core.admin import ReadOnlyAdmin
from mintenance.search.models import SearchWord


@admin.register(SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    """The words that mistyped searches are put right by."""

    list_display = ["word", "stem"]
    search_fields = ["=word", "=stem"]
    ordering = ["word"]


class TOTPDeviceAdmin(ReadOnlyAdmin):
    """The phones of staff. Superusers take a lost one away; its owner sets up another."""

    list_display = ["user", "name", "confirmed", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name", "=user"]
    search_help_text = "By a person."
    exclude = ["key"]
    ordering = ["-pk"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return bool(getattr(request.user, "is_superuser", False))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Written down."""
        with transaction.atomic():
            super().delete_model(request, obj)
            audit("staff.phone_taken", target_type="user", target_id=obj.user_id, by=actor_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each by itself, so that each is written down."""
        for device in queryset:
            self.delete_model(request, device)


admin.site.unregister(TOTPDevice)  # django-otp's own page shows the secret
admin.site.register(TOTPDevice, TOTPDeviceAdmin)
