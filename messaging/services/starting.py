"""Beginning to talk: who may, with whom, about which job."""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.models import Person
from bids.models import Bid
from core.errors import FieldErrors, Forbidden
from core.operations import operation
from events.recording import record
from jobs.models import Job
from messaging import events
from messaging.exceptions import MayNotWrite
from messaging.models import Conversation, Participant
from messaging.services.sending import Letter, send


@operation
def start_conversation(
    *, user_id: UUID | None = None, job_id: UUID | None = None, text: str | None = None, by: Actor
) -> tuple[Conversation, bool]:
    """The conversation with this person, or about this job, and whether it is new. With `text` it begins with that.

    A homeowner may write to any contractor, about a job of their own or none; a contractor to the owner of a job that
    is posted or that they have bid on. Raises FieldErrors, WrongRole, MayNotWrite.
    """
    by.needs("messages:write")
    by.must_be("homeowner", "contractor")
    if user_id is None and job_id is None:
        raise FieldErrors({"userId": ["Say with whom, or about which job."]})
    job = _job(job_id, by) if job_id is not None else None
    other = _owner(job, user_id, by) if by.role == "contractor" else _contractor(job, user_id)
    conversation, is_new = _open({by.person_id, other}, job, by)
    if text is not None:
        send(Letter(conversation.pk, text, by))
    return conversation, is_new


def _job(job_id: UUID, by: Actor) -> Job:
    job = Job.objects.visible_to(by.viewer).defer("search").filter(pk=job_id).first()
    if job is None:
        raise FieldErrors({"jobId": ["There is no such job."]})
    if by.role == "homeowner" and job.owner_id != by.id:
        raise Forbidden("This is not your job.")
    found: Job = job
    return found


def _contractor(job: Job | None, user_id: UUID | None) -> UUID:
    """Whom a homeowner means: the one named, else who has the job."""
    wanted = user_id or (job.contractor_id if job else None)
    if wanted is None:
        raise FieldErrors({"userId": ["Say with whom: nobody has this job yet."]})
    person = _reachable(wanted)
    if person is None:
        raise FieldErrors({"userId": ["There is no such person."]})
    if person.role != "contractor":
        raise MayNotWrite
    return person.pk


def _owner(job: Job | None, user_id: UUID | None, by: Actor) -> UUID:
    """Whom a contractor means: the owner of the job, or who is named and has a job that they may write about."""
    if job is not None and user_id not in (None, job.owner_id):
        raise FieldErrors({"userId": ["This is not the owner of the job."]})
    wanted = job.owner_id if job is not None else user_id
    if wanted is None or _reachable(wanted) is None:
        raise FieldErrors({"userId": ["There is no such person."]})
    jobs = Job.objects.filter(owner=wanted) if job is None else Job.objects.filter(pk=job.pk)
    posted = jobs.visible_to(by.viewer).filter(status=Job.Status.POSTED).exists()
    if not posted and not Bid.objects.filter(job__in=jobs, contractor=by.id).exists():
        raise MayNotWrite
    return wanted


def _reachable(person_id: UUID) -> Person | None:
    found = Person.objects.filter(pk=person_id, suspended_at=None, erased_at=None)
    person: Person | None = found.first()
    return person


def open_for_winner(*, bid: Any, by: Actor) -> None:
    """Owner and winner of a job can write to each other from now on (settings.BID_ACCEPTED_HOOKS)."""
    _open({bid.job.owner_id, bid.contractor_id}, bid.job, by)


def _open(people: set[UUID], job: Job | None, by: Actor) -> tuple[Conversation, bool]:
    """The conversation of the two about the job. Of two at once one makes it, and the other waits for it."""
    first, second = sorted(people)
    made = Conversation(first_id=first, second_id=second, job=job)
    Conversation.objects.bulk_create([made], ignore_conflicts=True)
    found: Conversation = Conversation.objects.get(first=first, second=second, job=job)
    if found.pk != made.pk:
        return found, False
    Participant.objects.bulk_create(Participant(conversation=found, person_id=person) for person in (first, second))
    record(events.ConversationCreated(found), by=by)
    return found, True
