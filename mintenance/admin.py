"""The wiring's own tables in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from mintenance.search.models import SearchWord


@admin.register(SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    """The words that mistyped searches are put right by."""

    list_display = ["word", "stem"]
    search_fields = ["=word", "=stem"]
    ordering = ["word"]
