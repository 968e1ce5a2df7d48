"""Pages: browsing contractors, and one's own profile. A profile's page shows reviews, so it stands above, in `jobs`."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.forms import InputForm
from accounts.pages import Act, FormPage, Page, PicturesPage
from contractors.api_views.documents import DocumentViewSet
from contractors.api_views.portfolio import PortfolioViewSet
from contractors.api_views.profiles import ContractorViewSet, MyProfileViewSet
from contractors.forms import DocumentForm, PortfolioItemForm, ProfileForm
from contractors.services import (
    add_to_portfolio,
    delete_document,
    edit_portfolio_item,
    edit_profile,
    link_to_document,
    remove_from_portfolio,
    upload_document,
)

SORTS = (("-rating", "Best rated"), ("-completedJobs", "Most jobs done"), ("-createdAt", "Newest"))


class Contractors(Page):
    """Contractors, narrowed by what is asked for."""

    template = "contractors/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of them."""
        return self.show(found=self.read_list(ContractorViewSet, request.GET.dict() | {"limit": 12}), sorts=SORTS)


class MyProfile(FormPage):
    """One's own profile as a contractor."""

    template, sign_in, form = "accounts/settings.html", True, ProfileForm

    def initial(self) -> dict[str, Any]:
        """What it says now."""
        self.actor.must_be("contractor")
        seen = self.read_one(MyProfileViewSet, self.actor.id)
        return {
            "business_name": seen["businessName"],
            "bio": seen["bio"],
            "skills": ", ".join(seen["skills"]),
            **(seen["location"] or {}),
            "service_radius_km": seen["serviceRadiusKm"],
            "max_concurrent_jobs": seen["maxConcurrentJobs"],
        }

    def carry_out(self, form: InputForm) -> str:
        """Change it."""
        edit_profile(changes=form.values, by=self.actor)
        messages.success(self.request, "Your profile is saved.")
        return reverse("my-profile")

    def more(self) -> dict[str, Any]:
        """Its place in the settings."""
        return {"title": "Your profile", "tab": "profile"}


class MyPortfolio(PicturesPage):
    """What a contractor shows of their work, and the form of another piece."""

    template, sign_in, form, button = "contractors/portfolio.html", True, PortfolioItemForm, "Add it"
    makes = True

    def carry_out(self, form: InputForm) -> str:
        """Show it."""
        add_to_portfolio(**form.values, images=self.uploaded(), by=self.actor)
        messages.success(self.request, "It is shown in your profile now.")
        return reverse("my-portfolio")

    def more(self) -> dict[str, Any]:
        """The pieces that there are."""
        self.actor.must_be("contractor")
        items = self.read_list(PortfolioViewSet, {"limit": 100})["data"]
        return {"title": "Portfolio", "tab": "portfolio", "items": items, "images": self.pictures}


class EditPortfolioItem(PicturesPage):
    """Change what is shown of a piece of work."""

    template, sign_in, form = "accounts/settings.html", True, PortfolioItemForm

    def initial(self) -> dict[str, Any]:
        """What is shown now."""
        item = self.read_one(PortfolioViewSet, self.kwargs["pk"])
        return {"title": item["title"], "description": item["description"], "completed_on": item["completedOn"]}

    def carry_out(self, form: InputForm) -> str:
        """Change it."""
        changes = {**form.values, "images": self.uploaded()}
        edit_portfolio_item(item_id=self.kwargs["pk"], changes=changes, by=self.actor)
        messages.success(self.request, "Your changes are saved.")
        return reverse("my-portfolio")

    def more(self) -> dict[str, Any]:
        """Its pictures at first, then those that the form holds."""
        item = self.read_one(PortfolioViewSet, self.kwargs["pk"])
        images = self.pictures if self.request.method == "POST" else [image["id"] for image in item["images"]]
        return {"title": item["title"], "tab": "portfolio", "images": images}


class RemoveFromPortfolio(Act):
    """Show a piece of work no longer."""

    done = "It is shown no longer."

    def act(self, **path: Any) -> None:
        """Take it away."""
        remove_from_portfolio(item_id=path["pk"], by=self.actor)


class MyDocuments(FormPage):
    """Papers that staff look at to verify a contractor, and what they said."""

    template, sign_in, form, button = "contractors/documents.html", True, DocumentForm, "Hand it in"
    group = "upload"

    def carry_out(self, form: InputForm) -> str:
        """Keep it for staff."""
        given = dict(form.values)
        file = given.pop("file")
        upload_document(file=file, filename=file.name or "", **given, by=self.actor)
        messages.success(self.request, "Thank you. Staff will look at it.")
        return reverse("my-documents")

    def more(self) -> dict[str, Any]:
        """The papers that there are."""
        self.actor.must_be("contractor")
        papers = self.read_list(DocumentViewSet, {"limit": 100})["data"]
        return {"title": "Documents", "tab": "documents", "papers": papers}


class OpenDocument(Act):
    """Look at a document of one's own, by a link that is good for a minute."""

    def act(self, **path: Any) -> str:
        """Go there."""
        return link_to_document(document_id=path["pk"], by=self.actor)


class DeleteDocument(Act):
    """Take a document back, and what stood on it."""

    done = "The document is deleted."

    def act(self, **path: Any) -> None:
        """Delete it."""
        delete_document(document_id=path["pk"], by=self.actor)
