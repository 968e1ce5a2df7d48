"""REST: what a contractor shows of their work."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from contractors.models import PortfolioItem
from contractors.representations import PortfolioItemRepresentation
from contractors.serializers import PortfolioItemInput
from contractors.services import add_to_portfolio, edit_portfolio_item, remove_from_portfolio
from core.reads import HotReads
from core.viewers import Viewer


class PortfolioViewSet(HotReads):
    """The caller's own portfolio. Everybody reads it with the contractor."""

    noun = "portfolio item"
    representation = PortfolioItemRepresentation
    sign_in = True
    scopes = {"list": "profile:write", "retrieve": "profile:write"}
    inputs = {"create": PortfolioItemInput, "partial_update": PortfolioItemInput}

    def rows(self, viewer: Viewer) -> QuerySet:
        """One's own."""
        return PortfolioItem.objects.filter(contractor=viewer.id)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, and the contractor that it stands with."""
        return {
            "self": f"{base}/contractors/me/portfolio/{pk}",
            "contractor": f"{base}/contractors/{self.actor.id}",
        }

    def create(self, request: HttpRequest) -> HttpResponse:
        """Show a piece of work."""
        return self.created(add_to_portfolio(**self.clean(PortfolioItemInput), by=self.actor).pk)

    def partial_update(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change what is shown of a piece of work."""
        with self.precondition(pk):
            seen, _ = self.read_one(pk)
            edit_portfolio_item(item_id=pk, changes=self.changes(PortfolioItemInput, seen), by=self.actor)
        return self.answered(pk)

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show a piece of work no longer."""
        with self.precondition(pk):
            remove_from_portfolio(item_id=pk, by=self.actor)
        return self.no_content()
