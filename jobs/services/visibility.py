"""Jobs that disappear: with their suspended owner (settings.PERSON_SUSPENDED_HOOKS), or by themselves, by staff."""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.audit import audit
from core.errors import FieldErrors, Forbidden
from core.operations import operation
from jobs.models import Job
from jobs.services.locking import lock_job


def hide_jobs_of(*, person: Any, by: Actor) -> None:
    """Take the person's jobs from everybody but themselves, their contractor and staff."""
    Job.objects.filter(owner=person).update(hidden=True)


def show_jobs_of(*, person: Any, by: Actor) -> None:
    """Bring them back, but for those that staff have hidden for themselves."""
    Job.objects.filter(owner=person, hidden_by_staff=False).update(hidden=False)


@operation
def hide_job(*, job_id: UUID, reason: str, by: Actor) -> Job:
    """Staff take a job from everybody but its owner, its contractor and staff."""
    if not by.is_staff:
        raise Forbidden
    if not reason.strip():
        raise FieldErrors({"reason": ["Say why."]})
    job = lock_job(job_id, by=by)
    if not job.hidden_by_staff:
        job.hidden = job.hidden_by_staff = True
        job.save(update_fields=["hidden", "hidden_by_staff"])
        audit("job.hidden", target_type="job", target_id=job.pk, why=reason.strip(), about=job.owner_id, by=by)
    return job


@operation
def show_job(*, job_id: UUID, reason: str, by: Actor) -> Job:
    """Staff bring it back; it stays away for as long as its owner is suspended."""
    if not by.is_staff:
        raise Forbidden
    job = lock_job(job_id, by=by)
    if job.hidden_by_staff:
        job.hidden_by_staff, job.hidden = False, job.owner.suspended_at is not None
        job.save(update_fields=["hidden", "hidden_by_staff"])
        audit("job.restored", target_type="job", target_id=job.pk, why=reason.strip(), about=job.owner_id, by=by)
    return job
