"""Taking a job's lock, which comes before any other."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from core.errors import NotFound
from core.prepared import Asked
from core.shapes import SHAPES, Instances, Slot, run_together, slotted
from core.viewers import Viewer
from jobs.models import TRANSITIONS, Job


def lock_job(job_id: UUID, *, by: Actor) -> Job:
    """The job, held until the transaction ends. Raises NotFound where the actor does not see it."""
    job, _ = lock_job_and_read(job_id, [], by=by)
    return job


def lock_job_and_read(job_id: UUID, asked: Sequence[Asked], *, by: Actor) -> tuple[Job, list[list[Any]]]:
    """The job, and what each of the statements finds once it is held, in one round trip."""
    statement = SHAPES.get_or_write(("lock job", by.viewer.kind), lambda: _write(by.viewer))
    held, *found = run_together([statement.asked({"viewer": by.id, "pk": job_id}), *asked])
    job: Job | None = statement.first_of(held)
    if job is None:
        raise NotFound
    return job, found


def _write(viewer: Viewer) -> Instances:
    seen = Job.objects.visible_to(slotted(viewer))
    held = seen.select_for_update(of=("self",), no_key=True).filter(pk=Slot("pk"))
    return Instances(held, without=["search"])


def role_of(job: Job, by: Actor) -> str | None:
    """What the actor is to the job: its owner, its contractor, staff, the system, or nothing."""
    if by.is_system:
        return "system"
    if job.owner_id == by.id:
        return "owner"
    if job.contractor_id is not None and job.contractor_id == by.id and job.status not in ("posted", "cancelled"):
        return "contractor"
    return "staff" if by.is_staff else None


def allowed_moves(job: Job, role: str | None) -> list[str]:
    """The states that this role may write to the job's status now."""
    moves = [target for target, roles in TRANSITIONS.get(job.status, {}).items() if role in roles]
    if job.status == Job.Status.POSTED and Job.Status.DRAFT in moves and job.bids.filter(status="pending").exists():
        moves.remove(Job.Status.DRAFT)
    return moves
