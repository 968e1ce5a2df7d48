"""Bids in the admin, to look at."""

from django.contrib import admin

from bids.models import Bid
from core.admin import ReadOnlyAdmin


@admin.register(Bid)
class BidAdmin(ReadOnlyAdmin):
    """Offers."""

    list_display = ["job", "contractor", "amount", "status", "stale", "created_at"]
    list_select_related = ["job", "contractor"]
    list_filter = ["status", "stale"]
    search_fields = ["@job__search", "@contractor__search", "=contractor", "=id", "=job"]
    search_help_text = "By words of the job, a contractor or an id."
    sortable_by = ["created_at"]
    ordering = ["-created_at", "-id"]
