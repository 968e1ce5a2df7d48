"""Pages: browsing jobs, posting and changing one, moving it on, reviewing the work. One job's own page shows its bids,
so it stands above, in `bids`."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.forms import InputForm
from accounts.pages import Act, FormPage, Page, PicturesPage
from contractors.api_views.profiles import ContractorViewSet
from core.errors import Forbidden
from jobs import forms
from jobs.api_views.jobs import JobViewSet
from jobs.api_views.reviews import ContractorReviewViewSet
from jobs.api_views.saved_searches import SavedSearchViewSet
from jobs.models import Status
from jobs.serializers import JobInput
from jobs.services import (
    create_job,
    delete_job,
    delete_saved_search,
    edit_job,
    reply_to_review,
    request_completion,
    review_contractor,
    save_search,
)

OPEN = {"status": Status.POSTED}
SORTS = (("-createdAt", "Newest"), ("-budget", "Highest budget"), ("budget", "Lowest budget"), ("distance", "Nearest"))
CRITERIA = {  # of the list's address, and of the form that saves it
    **{name: name for name in ("q", "category", "lat", "lng", "radius")},
    "minBudget": "min_budget",
    "maxBudget": "max_budget",
}


class Jobs(Page):
    """The jobs that are open, narrowed by what is asked for."""

    template = "jobs/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of them."""
        found = self.read_list(JobViewSet, OPEN | request.GET.dict() | {"limit": 12})
        return self.show(
            found=found,
            categories=forms.NAMES,
            sorts=SORTS,
            near=_has_point(found["query"]),
            wanted=[(own, found["query"][name]) for name, own in CRITERIA.items() if found["query"].get(name)],
        )


def _has_point(query: Any) -> bool:
    return bool(query.get("lat") and query.get("lng"))


class SavedSearches(Page):
    """Searches of one's own: of a job that answers to one, one is told when it is posted."""

    template, sign_in = "jobs/searches.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them."""
        found = self.read_list(SavedSearchViewSet, {"limit": 100})["data"]
        return self.show(title="Saved searches", tab="searches", searches=found)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep another: the one that the list of jobs shows."""
        form = forms.SearchForm(request.POST)
        form.check()
        save_search(**form.values, by=self.actor)
        messages.success(request, "Saved. We tell you of every new job that answers to it.")
        return redirect("saved-searches-page")


class DeleteSearch(Act):
    """Keep a search no longer."""

    done = "The search is deleted."

    def act(self, **path: Any) -> None:
        """Delete it."""
        delete_saved_search(search_id=path["pk"], by=self.actor)


class ContractorPage(Page):
    """A contractor: what they do, what others say about it, whether they have time."""

    template = "jobs/contractor.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The profile with a page of its reviews."""
        profile = self.read_one(ContractorViewSet, pk)
        query = {"page": request.GET.get("page"), "limit": 10}
        reviews = self.read_list(ContractorReviewViewSet, query, contractor_id=pk)
        return self.show(profile=profile, reviews=reviews, is_own=self.actor.id == pk)


class WriteJob(PicturesPage):
    """What posting and changing a job have in common."""

    template, sign_in, form = "jobs/form.html", True, forms.JobForm
    title = ""

    def more(self) -> dict[str, Any]:
        """The pictures that it has so far."""
        return {"title": self.title, "images": self.pictures, "sent": self.request.POST}

    def carry_out(self, form: InputForm) -> str:
        """Upload, then write."""
        return self.write({**form.values, "images": self.uploaded()})

    def write(self, fields: dict[str, Any]) -> str:
        """Call the service; the address to go on at."""
        raise NotImplementedError


class NewJob(WriteJob):
    """Write a job down, as a draft or posted at once."""

    title, makes = "Post a job", True

    def get(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """The form, for those who may post."""
        self.actor.must_be("homeowner")
        return super().get(request, **path)

    def write(self, fields: dict[str, Any]) -> str:
        """Create it."""
        status = Status.DRAFT if "draft" in self.request.POST else Status.POSTED
        job = create_job(**fields, status=status, by=self.actor)
        done = "Saved as a draft." if status == Status.DRAFT else "Your job is posted. Contractors can bid on it now."
        messages.success(self.request, done)
        return reverse("job-page", args=[job.pk])


class EditJob(WriteJob):
    """Change what a job says."""

    title = "Change your job"

    def initial(self) -> dict[str, Any]:
        """What it says now."""
        job = self.read_one(JobViewSet, self.kwargs["pk"])
        if job["user"]["id"] != str(self.actor.id):
            raise Forbidden
        place = {name: job["location"].get(name) for name in ("lat", "lng", "address")}
        said = {name: job[name] for name in ("title", "description", "category")}
        when = (job["scheduledDate"] or "")[:16]
        return {**said, **place, "budget": f"{job['budget']:.2f}", "scheduled_date": when}

    def write(self, fields: dict[str, Any]) -> str:
        """Change it."""
        pk: UUID = self.kwargs["pk"]
        edit_job(job_id=pk, changes=fields, by=self.actor)
        messages.success(self.request, "Your changes are saved.")
        return reverse("job-page", args=[pk])

    def more(self) -> dict[str, Any]:
        """The job's pictures at first, then those that the form holds."""
        job = self.read_one(JobViewSet, self.kwargs["pk"])
        images = self.pictures if self.request.method == "POST" else [image["id"] for image in job["images"]]
        return {**super().more(), "images": images, "job": job}


class MoveJob(Act):
    """Move a job on in its life: post, take back, start, complete, reopen, cancel."""

    done = "Done."

    def act(self, **path: Any) -> None:
        """Move it; with a reason, if one is given."""
        sent = {"status": self.request.POST.get("status", "")}
        if self.request.POST.get("reason"):
            sent["cancelReason"] = self.request.POST["reason"]
        edit_job(job_id=path["pk"], changes=JobInput.read(sent, partial=True), by=self.actor)


class DeleteJob(Act):
    """Throw a draft away."""

    done = "The draft is gone."

    def act(self, **path: Any) -> str:
        """Delete it."""
        delete_job(job_id=path["pk"], by=self.actor)
        return reverse("dashboard")


class RequestCompletion(Act):
    """The contractor says that the work is done."""

    done = "We have asked the owner to confirm that the work is done."

    def act(self, **path: Any) -> None:
        """Ask."""
        request_completion(job_id=path["pk"], by=self.actor)


class WriteReview(FormPage):
    """Review the work of a completed job of one's own."""

    template, sign_in, form, button = "jobs/review.html", True, forms.ReviewForm, "Publish review"

    def carry_out(self, form: InputForm) -> str:
        """Publish it."""
        review_contractor(job_id=self.kwargs["pk"], **form.values, by=self.actor)
        messages.success(self.request, "Thank you. Your review is published.")
        return reverse("job-page", args=[self.kwargs["pk"]])

    def more(self) -> dict[str, Any]:
        """The job that it is about."""
        return {"job": self.read_one(JobViewSet, self.kwargs["pk"])}


class Reply(Act):
    """The contractor replies to a review of their work."""

    done = "Your reply is published."

    def act(self, **path: Any) -> None:
        """Publish it."""
        form = forms.ReplyForm(self.request.POST)
        form.check()
        reply_to_review(review_id=path["pk"], **form.values, by=self.actor)
