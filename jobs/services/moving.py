"""A job's way from one state to the next, with what follows from each move."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from accounts.audit import audit
from contractors.models import Contractor
from core.errors import Forbidden
from core.hooks import call_hooks
from core.operations import operation
from events.recording import record
from jobs import events
from jobs.exceptions import CompletionNotPossible, EmailNotVerified, InvalidTransition, ReasonRequired
from jobs.models import Job, Status
from jobs.services.locking import allowed_moves, lock_job, role_of

AT_A_TIME = 200  # jobs that a timer looks at in one go
EXPIRED = "expired"


def move_job(job: Job, target: str, *, reason: str = "", by: Actor) -> None:
    """Move a locked job. Writing the state that it has already does nothing.

    Raises Forbidden for those who have no part in the job, InvalidTransition for a move that is not theirs or not now.
    """
    if target == job.status:
        return
    role = role_of(job, by)
    if role is None:
        raise Forbidden
    moves = allowed_moves(job, role)
    if target not in moves:
        raise InvalidTransition(job.status, moves)
    if target == Status.CANCELLED:
        cancel_job(job, reason=reason, role=role, by=by)
    elif (job.status, target) == (Status.ASSIGNED, Status.POSTED):
        reopen_job(job, by=by)
    else:
        _SIMPLE[target](job, by)
    audit(f"job.{target}", target_type="job", target_id=job.pk, why=reason.strip(), about=job.owner_id, by=by)


def _post(job: Job, by: Actor) -> None:
    if settings.EMAIL_VERIFICATION == "required" and not job.owner.email_verified:
        raise EmailNotVerified
    now = timezone.now()
    _save(job, status=Status.POSTED, posted_at=now, expires_at=now + timedelta(days=settings.JOB_EXPIRY_DAYS))
    record(events.JobPosted(job), by=by)


def _unpost(job: Job, by: Actor) -> None:
    _save(job, status=Status.DRAFT, posted_at=None, expires_at=None)
    record(events.JobUnposted(job), by=by)


def _start(job: Job, by: Actor) -> None:
    _save(job, status=Status.IN_PROGRESS, started_at=timezone.now())
    record(events.JobStarted(job), by=by)


def _complete(job: Job, by: Actor) -> None:
    _save(job, status=Status.COMPLETED, completed_at=timezone.now())
    Contractor.objects.filter(pk=job.contractor_id).update(completed_jobs=F("completed_jobs") + 1)
    record(events.JobCompleted(job), by=by)


_SIMPLE: dict[str, Callable[[Job, Actor], None]] = {
    Status.POSTED: _post,
    Status.DRAFT: _unpost,
    Status.IN_PROGRESS: _start,
    Status.COMPLETED: _complete,
}


def cancel_job(job: Job, *, reason: str, role: str, by: Actor) -> None:
    """End a locked job; its live bids are turned down first. Who ends work that was agreed says why."""
    needs_reason = job.status == Status.IN_PROGRESS or (job.status == Status.ASSIGNED and role == "owner")
    if needs_reason and not reason.strip():
        raise ReasonRequired
    bidders = list(job.bids.filter(status__in=["pending", "accepted"]).values_list("contractor_id", flat=True))
    if job.status != Status.IN_PROGRESS:
        why = "job_expired" if reason == EXPIRED and role == "system" else "job_cancelled"
        call_hooks("JOB_CLOSED_HOOKS", job=job, reason=why, by=by)
    lost = {"contractor": None} if job.status == Status.ASSIGNED else {}
    _save(
        job,
        status=Status.CANCELLED,
        cancelled_at=timezone.now(),
        cancel_reason=reason or None,
        expires_at=None,
        **lost,
    )
    record(events.JobCancelled(job, bidders=bidders), by=by)


def reopen_job(job: Job, *, by: Actor) -> None:
    """Take a locked, assigned job from its contractor and open it for bids again."""
    released = job.contractor_id
    call_hooks("JOB_REOPENED_HOOKS", job=job, by=by)
    expires_at = timezone.now() + timedelta(days=settings.JOB_EXPIRY_DAYS)
    _save(
        job,
        status=Status.POSTED,
        contractor=None,
        bidding_round=job.bidding_round + 1,
        expires_at=expires_at,
    )
    record(events.JobReopened(job, released=released), by=by)


@operation
def request_completion(*, job_id: UUID, by: Actor) -> Job:
    """The contractor says that the work is done. Asking again changes nothing."""
    by.needs("jobs:write")
    job = lock_job(job_id, by=by)
    if role_of(job, by) != "contractor":
        raise Forbidden("Only the assigned contractor may ask for completion.")
    if job.status != Status.IN_PROGRESS:
        raise CompletionNotPossible
    if job.completion_requested_at is None:
        _save(job, completion_requested_at=timezone.now())
        record(events.JobCompletionRequested(job), by=by)
    return job


def expire_jobs() -> int:
    """Cancel the posted jobs whose time is up; how many. Any number of workers may do it at once."""
    due = Job.objects.filter(status=Status.POSTED, expires_at__lte=timezone.now()).order_by("expires_at")
    return sum(_expire(job_id=pk) for pk in due.values_list("pk", flat=True)[:AT_A_TIME])


@operation
def _expire(*, job_id: UUID) -> bool:
    free = Job.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    job = free.filter(pk=job_id, status=Status.POSTED, expires_at__lte=timezone.now()).first()
    if job is not None:
        cancel_job(job, reason=EXPIRED, role="system", by=SYSTEM)
    return job is not None


def complete_unanswered_work() -> int:
    """Complete the work whose owner has not answered the contractor's request in time; how many."""
    before = timezone.now() - timedelta(days=settings.COMPLETION_DAYS)
    due = Job.objects.filter(status=Status.IN_PROGRESS, completion_requested_at__lte=before)
    ids = due.order_by("completion_requested_at").values_list("pk", flat=True)[:AT_A_TIME]
    return sum(_complete_unanswered(job_id=pk) for pk in ids)


@operation
def _complete_unanswered(*, job_id: UUID) -> bool:
    free = Job.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    job = free.filter(pk=job_id, status=Status.IN_PROGRESS, completion_requested_at__isnull=False).first()
    if job is not None:
        _complete(job, SYSTEM)
    return job is not None


def _save(job: Job, **fields: object) -> None:
    for name, value in fields.items():
        setattr(job, name, value)
    job.updated_at = timezone.now()
    job.save(update_fields=[*fields, "updated_at"])
