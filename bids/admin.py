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
    search_fields = ["job__title", "contractor__business_name", "=id", "=job__id"]
    ordering = ["-created_at", "-id"]
