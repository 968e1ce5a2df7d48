"""Jobs and reviews that were reported, as staff see them, and what they can do to them."""

from collections.abc import Sequence

from accounts.reportables import Line, Reportable
from jobs.models import Job, Review
from jobs.services import hide_job, hide_review, show_job, show_review


def _job(job: Job) -> Sequence[Line]:
    return [
        Line("Title", job.title),
        Line("Description", job.description),
        Line("Status", job.status, meant=False),
        Line("Budget", str(job.budget), meant=False),
        Line("Shown to the public", "no" if job.hidden else "yes", meant=False),
    ]


def _review(review: Review) -> Sequence[Line]:
    return [
        Line("Job", review.job.title, meant=False),
        Line("Rating", f"{review.rating} of 5"),
        Line("Comment", review.comment),
        Line("Reply", review.reply or "none", meant=False),
        Line("Shown to the public", "no" if review.hidden_at else "yes", meant=False),
    ]


JOBS = Reportable(
    rows=lambda viewer: Job.objects.visible_to(viewer),
    author="owner",
    context=_job,
    hide=lambda pk, reason, by: hide_job(job_id=pk, reason=reason, by=by),
    show=lambda pk, reason, by: show_job(job_id=pk, reason=reason, by=by),
)
REVIEWS = Reportable(
    rows=lambda viewer: Review.objects.visible_to(viewer),
    author="author",
    context=_review,
    hide=lambda pk, reason, by: hide_review(review_id=pk, reason=reason, by=by),
    show=lambda pk, reason, by: show_review(review_id=pk, reason=reason, by=by),
)
