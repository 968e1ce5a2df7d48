"""REST: searches for jobs that the caller has saved."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.reads import HotReads
from core.viewers import Viewer
from jobs.models import SavedSearch
from jobs.representations import SavedSearchRepresentation
from jobs.serializers import SavedSearchInput
from jobs.services import delete_saved_search, edit_saved_search, save_search


class SavedSearchViewSet(HotReads):
    """The caller's own; a job that is posted and answers to one is told of at once."""

    noun, plural = "saved search", "saved searches"
    representation = SavedSearchRepresentation
    sign_in = True
    scopes = {"list": "jobs:read", "retrieve": "jobs:read"}
    inputs = {"create": SavedSearchInput, "partial_update": SavedSearchInput}

    def rows(self, viewer: Viewer) -> QuerySet:
        """One's own."""
        return SavedSearch.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, and the list that it stands in."""
        return {"self": f"{base}/saved-searches/{pk}", "all": f"{base}/saved-searches"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Keep a search, with the parameters of the list of jobs."""
        return self.created(save_search(**self.clean(SavedSearchInput), by=self.actor).pk)

    def partial_update(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change what a search looks for."""
        with self.precondition(pk):
            seen, _ = self.read_one(pk)
            edit_saved_search(search_id=pk, changes=self.changes(SavedSearchInput, seen), by=self.actor)
        return self.answered(pk)

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep a search no longer."""
        with self.precondition(pk):
            delete_saved_search(search_id=pk, by=self.actor)
        return self.no_content()
