"""The manners of every list in the admin."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.counting import LargePaginator
from core.admin.searching import search


class LargeList(ChangeList):
    """A list that is sorted by columns with an index alone, also where the address says otherwise."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """None for other columns, which Django then passes over."""
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None


class LargeAdmin(admin.ModelAdmin):
    """A table that may grow large: nothing is counted in vain, searched through or sorted as a whole."""

    paginator = LargePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 100
    sortable_by: ClassVar[list[str] | tuple[str, ...] | None] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Ours."""
        return LargeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """See core/admin/searching.py. What was left out is said."""
        found = search(self.model, self.get_search_fields(request), search_term)
        for words in found.too_many:
            messages.warning(request, f"{words}: the list has what belongs to some of them. Say more.")
        return queryset.filter(found.where), False


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
