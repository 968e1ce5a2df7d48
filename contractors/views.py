"""Pages: browsing contractors, and one's own profile. A profile's page shows reviews, so it stands above, in `jobs`."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.forms import InputForm
from accounts.pages import FormPage, Page
from contractors.api_views.profiles import ContractorViewSet, MyProfileViewSet
from contractors.forms import ProfileForm
from contractors.services import edit_profile

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
