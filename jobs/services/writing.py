"""Writing a job down, changing what it says, and throwing a draft away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.services.images import attach_images, find_images
from core.errors import FieldErrors, Forbidden
from core.operations import operation
from events.recording import record
from jobs import events
from jobs.exceptions import JobNotDeletable, JobNotEditable
from jobs.models import Job, Status
from jobs.services.locking import lock_job, role_of
from jobs.services.moving import move_job

EDITABLE = (Status.DRAFT, Status.POSTED)
MATTERS_TO_BIDDERS = frozenset({"category", "budget", "lat", "lng", "address", "description"})


@operation
def create_job(
    *,
    title: str,
    description: str,
    category: str,
    budget: Decimal,
    location: Mapping[str, Any],
    images: Sequence[str] = (),
    scheduled_date: datetime | None = None,
    status: str = Status.DRAFT,
    by: Actor,
) -> Job:
    """A homeowner's new job, as a draft or posted at once. `images` are ids or urls of their own uploads."""
    by.needs("jobs:write")
    by.must_be("homeowner")
    if status not in EDITABLE:
        raise FieldErrors({"status": ["A new job is draft or posted."]})
    _check_date(scheduled_date)
    job = Job.objects.create(
        owner_id=by.person_id,
        title=title,
        description=description,
        category=category,
        budget=budget,
        scheduled_date=scheduled_date,
        **_place(location),
    )
    attach_images(job.pictures, images, by=by)
    record(events.JobCreated(job), by=by)
    move_job(job, status, by=by)
    return job


@operation
def edit_job(*, job_id: UUID, changes: Mapping[str, Any], by: Actor) -> Job:
    """Change what a job says, or its status, or both: all of it or nothing.

    `changes` holds the fields of `create_job` that are to be written, and `cancel_reason` with a cancellation.
    """
    by.needs("jobs:write")
    job = lock_job(job_id, by=by)
    fields = {name: value for name, value in changes.items() if name not in ("status", "cancel_reason")}
    if role_of(job, by) is None or (fields and job.owner_id != by.id):
        raise Forbidden
    if fields:
        _edit_fields(job, fields, by)
    if "status" in changes:
        move_job(job, changes["status"], reason=changes.get("cancel_reason") or "", by=by)
    elif changes.get("cancel_reason"):
        raise FieldErrors({"cancelReason": ["A reason goes with the status cancelled."]})
    return job


@operation
def delete_job(*, job_id: UUID, by: Actor) -> None:
    """Throw a draft away, with its pictures' places in it and whatever bids it had before it was taken back."""
    by.needs("jobs:write")
    job = lock_job(job_id, by=by)
    if job.owner_id != by.id:
        raise Forbidden
    if job.status != Status.DRAFT:
        raise JobNotDeletable
    job.delete()


def _edit_fields(job: Job, fields: dict[str, Any], by: Actor) -> None:
    images = fields.pop("images", None)
    if "location" in fields:
        fields |= _place(fields.pop("location"))
    changed = {name for name, value in fields.items() if getattr(job, name) != value}
    pictures = images is not None and [str(image.pk) for image in find_images(images, by=by)]
    moved = images is not None and pictures != [str(pk) for pk in job.pictures.values_list("image_id", flat=True)]
    if not changed and not moved:
        return
    if job.status not in EDITABLE:
        raise JobNotEditable
    if "scheduled_date" in changed:
        _check_date(fields["scheduled_date"])
    for name in changed:
        setattr(job, name, fields[name])
    job.updated_at = timezone.now()
    job.save(update_fields=[*changed, "updated_at"])
    if moved:
        attach_images(job.pictures, images or (), by=by)
    if job.status == Status.POSTED and changed & MATTERS_TO_BIDDERS:
        job.bids.filter(status="pending").order_by("pk").update(stale=True)
    record(events.JobUpdated(job), by=by)


def _place(location: Mapping[str, Any]) -> dict[str, Any]:
    return {"lat": location["lat"], "lng": location["lng"], "address": location.get("address") or None}


def _check_date(date: datetime | None) -> None:
    if date is not None and date <= timezone.now():
        raise FieldErrors({"scheduledDate": ["The date must be in the future."]})
