"""Pages: one job, with its bids side by side for its owner, and with the bid form for a contractor."""

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.forms import InputForm
from accounts.pages import Act, FormPage, Page
from bids.api_views import BidViewSet
from bids.forms import BidForm
from bids.serializers import RejectInput
from bids.services import accept_bid, confirm_bid, edit_bid, reject_bid, submit_bid, withdraw_bid
from contractors.models import Contractor
from jobs.api_views.jobs import JobViewSet
from jobs.maps import sketch
from jobs.models import Review, Status

STEPS = (
    (Status.POSTED, "Posted", "postedAt"),
    (Status.ASSIGNED, "Contractor chosen", ""),
    (Status.IN_PROGRESS, "Work begun", "startedAt"),
    (Status.COMPLETED, "Completed", "completedAt"),
)
ORDER = (Status.DRAFT, *(status for status, _, _ in STEPS))
MOVES = {
    (Status.DRAFT, Status.POSTED): "Post it",
    (Status.POSTED, Status.DRAFT): "Take it back to a draft",
    (Status.ASSIGNED, Status.POSTED): "Release the contractor and reopen",
    (Status.ASSIGNED, Status.IN_PROGRESS): "Begin the work",
    (Status.IN_PROGRESS, Status.COMPLETED): "Confirm that the work is done",
}
ONWARD = dict(pairwise(ORDER))
"""Each state's next; other moves lead back or out."""


class JobPage(FormPage):
    """A job: for everybody what it is; for its owner the bids; for a contractor the form of their own bid."""

    template, form, button = "bids/job.html", BidForm, "Send bid"

    def post(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """Send a bid, or change one's own."""
        self.actor.must_be("contractor")
        return super().post(request, **path)

    def initial(self) -> dict[str, Any]:
        """One's pending bid, if there is one."""
        bid = self._own_pending
        if bid is None:
            return {}
        amount = f"{bid['amount']:.2f}"
        return {"amount": amount, "estimated_days": bid["estimatedDays"], "message": bid["message"]}

    def carry_out(self, form: InputForm) -> str:
        """Send or change it."""
        bid, job_id = self._own_pending, self.kwargs["pk"]
        if bid is None:
            submit_bid(job_id=job_id, **form.values, by=self.actor)
        else:
            edit_bid(job_id=job_id, bid_id=bid["id"], changes=form.values, by=self.actor)
        messages.success(self.request, "Your bid is with the owner." if bid is None else "Your bid is changed.")
        return reverse("job-page", args=[job_id])

    def more(self) -> dict[str, Any]:
        """The job, its bids as far as the caller sees them, and what they may do."""
        job = self.read_one(JobViewSet, self.kwargs["pk"])
        me = str(self.actor.id)
        return {
            "job": job,
            "bids": self._bids,
            "own": self._own_pending,
            "is_owner": job["user"]["id"] == me,
            "is_winner": bool(job["contractor"]) and job["contractor"]["id"] == me,
            "may_bid": self.actor.role == "contractor" and job["status"] == Status.POSTED,
            "steps": _steps(job),
            "map": sketch(job["location"]["lat"], job["location"]["lng"]),
            "free": self._free(),
            "is_reviewed": job["status"] == Status.COMPLETED and Review.objects.filter(job=job["id"]).exists(),
            "moves": _moves(job),
            "least": min((float(bid["amount"]) for bid in self._bids if bid["status"] == "pending"), default=None),
        }

    @property
    def _bids(self) -> list[Any]:
        if not self.actor.is_signed_in:
            return []
        if "bids" not in self.__dict__:
            query = {"sort": "amount", "limit": 100}
            self.__dict__["bids"] = self.read_list(BidViewSet, query, job_id=self.kwargs["pk"])["data"]
        found: list[Any] = self.__dict__["bids"]
        return found

    def _free(self) -> set[str]:
        """The bidders who can take another job now."""
        bidders = Contractor.objects.filter(pk__in=[bid["contractor"]["id"] for bid in self._bids])
        return {str(pk) for pk in bidders.available(True).values_list("pk", flat=True)} if self._bids else set()

    @property
    def _own_pending(self) -> Any:
        mine = (bid for bid in self._bids if bid["contractor"]["id"] == str(self.actor.id))
        return next((bid for bid in mine if bid["status"] == "pending"), None)


def _steps(job: Any) -> list[dict[str, Any]]:
    """The way of a job, with what is behind it."""
    place = ORDER.index(job["status"]) - 1 if job["status"] in ORDER else -1
    steps = [
        {"name": name, "at": job.get(when), "state": _state(number, place)}
        for number, (_, name, when) in enumerate(STEPS)
    ]
    if job["status"] == Status.CANCELLED:
        behind = [step for step in steps if step["at"]]
        ended = {"name": "Cancelled", "at": job["cancelledAt"], "state": "now", "why": job["cancelReason"]}
        return [{**step, "state": "done"} for step in behind] + [ended]
    return steps


def _state(number: int, place: int) -> str:
    if number == place and number < len(STEPS) - 1:
        return "now"
    return "done" if number <= place else "ahead"


def _moves(job: Any) -> list[dict[str, Any]]:
    """The moves that the caller may make with one click; cancelling asks for a reason and stands apart."""
    named = ((target, MOVES.get((job["status"], target))) for target in job["allowedTransitions"])
    return [
        {"status": target, "name": name, "is_onward": target == ONWARD.get(job["status"])}
        for target, name in named
        if name
    ]


class AskToAccept(Page):
    """Whether this bid is meant: accepting turns all others down."""

    template, sign_in = "bids/accept.html", True

    def get(self, request: HttpRequest, job_id: Any, pk: Any) -> HttpResponse:
        """The question, with the bid."""
        bid = self.read_one(BidViewSet, pk, job_id=job_id)
        return self.show(bid=bid, job=self.read_one(JobViewSet, job_id))

    def post(self, request: HttpRequest, job_id: Any, pk: Any) -> HttpResponse:
        """Accept it."""
        accept_bid(job_id=job_id, bid_id=pk, by=self.actor)
        messages.success(request, "The job is awarded. You can talk to your contractor in the inbox now.")
        return redirect("job-page", job_id)

    def back(self) -> str:
        """To the job, not to the question: what was refused once will be refused again."""
        return reverse("job-page", args=[self.kwargs["job_id"]])


class Reject(Act):
    """Turn a bid down."""

    done = "The bid is turned down."

    def act(self, **path: Any) -> None:
        """Reject it, with a reason if one is given."""
        sent = {"reason": self.request.POST.get("reason", "")}
        reject_bid(job_id=path["job_id"], bid_id=path["pk"], **RejectInput.read(sent), by=self.actor)


class Withdraw(Act):
    """Take a bid of one's own back."""

    done = "Your bid is withdrawn."

    def act(self, **path: Any) -> None:
        """Withdraw it."""
        withdraw_bid(job_id=path["job_id"], bid_id=path["pk"], by=self.actor)


class Confirm(Act):
    """Stand by a bid though the job has changed."""

    done = "Your bid stands."

    def act(self, **path: Any) -> None:
        """Confirm it."""
        confirm_bid(job_id=path["job_id"], bid_id=path["pk"], by=self.actor)
