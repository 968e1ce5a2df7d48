"""Contractors in the admin, to look at."""

from django.contrib import admin

from contractors.models import Contractor
from core.admin import ReadOnlyAdmin


@admin.register(Contractor)
class ContractorAdmin(ReadOnlyAdmin):
    """Profiles."""

    list_display = ["business_name", "person", "verified", "rating", "review_count", "completed_jobs", "created_at"]
    list_select_related = ["person"]
    list_filter = ["verified"]
    search_fields = ["business_name", "person__email", "=person__id"]
    ordering = ["-created_at", "-person"]
