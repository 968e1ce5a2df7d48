"""The large data set: written by COPY, with events that tell of the newest jobs and bids alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection
from tqdm import tqdm

from accounts.models import Image, Person
from bids.events import BidCreated
from bids.models import Bid
from contractors.models import Contractor
from events.models import RecordedEvent
from events.recording import record
from jobs.events import JobPosted
from jobs.models import Job, JobImage, Review
from mintenance.demo.album import Album
from mintenance.demo.copying import copy_rows
from mintenance.demo.people import Somebody
from mintenance.demo.small import actor_for
from mintenance.demo.town import Life, Offer, Town, Verdict

JOBS, BIDS, HOMEOWNERS, CONTRACTORS = 100_000, 300_000, 5_000, 1_500
TOLD = 1_000  # the newest posted jobs, which events tell of

_TABLES = (Person, Contractor, Job, JobImage, Bid, Review, Image, RecordedEvent)

_JOB = (
    "id", "owner", "contractor", "title", "description", "category", "budget", "status", "lat", "lng", "address",
    "scheduled_date", "posted_at", "expires_at", "started_at", "completion_requested_at", "completed_at",
    "cancelled_at", "cancel_reason", "bidding_round", "hidden", "created_at", "updated_at",
)  # fmt: skip
_BID = (
    "id", "job", "contractor", "amount", "message", "estimated_days", "status", "rejection_reason", "stale",
    "round", "decided_at", "created_at", "updated_at",
)  # fmt: skip
_CONTRACTOR = (
    "person", "business_name", "bio", "skills", "lat", "lng", "service_radius_km", "max_concurrent_jobs",
    "verified", "rating", "review_count", "completed_jobs", "created_at", "updated_at",
)  # fmt: skip
_REVIEW = ("id", "job", "author", "contractor", "rating", "comment", "reply", "replied_at", "created_at")
_IMAGE = (
    "id", "owner", "filename", "mimetype", "width", "height", "size", "key", "thumbnail_key", "sha256",
    "created_at",
)  # fmt: skip


def write_town(town: Town, joined: Callable[[Somebody], Any]) -> None:
    """Write profiles, jobs, pictures, bids, reviews and events; `joined` says when somebody did.

    A bar on standard error shows how far it is.
    """
    with tqdm(total=len(town.jobs) * 2 + len(town.offers) + len(town.verdicts), desc="Demo data", unit=" rows") as bar:
        copy_rows(Contractor, _CONTRACTOR, (_profile(town, one, joined(one)) for one in town.contractors))
        copy_rows(Job, _JOB, (_job(life) for life in _counted(town.jobs, bar)))
        copy_rows(Bid, _BID, (_bid(offer) for offer in _counted(town.offers, bar)))
        copy_rows(Review, _REVIEW, (_review(verdict) for verdict in _counted(town.verdicts, bar)))
        _hang_pictures(town, bar)
    _tell(town)


def refresh_statistics() -> None:
    """Let the planner know the new rows, outside any transaction."""
    tables = ", ".join(model._meta.db_table for model in _TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {tables}")


def _counted[T](rows: Sequence[T], bar: Any) -> Iterator[T]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 1000 == 0 or number == len(rows):
            bar.update(number % 1000 or 1000)


def _profile(town: Town, one: Somebody, joined: Any) -> tuple[Any, ...]:
    work = (*town.rating_of(one.id), town.completed[one.id], joined, joined)
    place = (one.place.lat, one.place.lng, one.radius_km, one.at_once, one.verified)
    return (one.id, one.business, one.bio, one.skills, *place, *work)


def _job(life: Life) -> tuple[Any, ...]:
    text, place, at = life.text, life.place, life.times.get
    said = (text.title, text.description, text.category, text.budget, life.status)
    where = (place.lat, place.lng, place.address)
    when = (
        life.scheduled,
        at("posted_at"),
        at("expires_at"),
        at("started_at"),
        at("completion_requested_at"),
    )
    ended = (at("completed_at"), at("cancelled_at"), life.reason)
    return (
        life.id,
        life.owner.id,
        life.contractor,
        *said,
        *where,
        *when,
        *ended,
        0,
        False,
        life.written,
        life.updated,
    )


def _bid(offer: Offer) -> tuple[Any, ...]:
    text = offer.text
    said = (text.amount, text.message, text.estimated_days, offer.status, offer.reason, offer.stale, 0)
    return (
        offer.id,
        offer.job,
        offer.contractor,
        *said,
        offer.decided,
        offer.made,
        offer.decided or offer.made,
    )


def _review(verdict: Verdict) -> tuple[Any, ...]:
    life, text = verdict.life, verdict.text
    said = (text.rating, text.comment, verdict.reply, verdict.replied, verdict.written)
    return (verdict.id, life.id, life.owner.id, life.contractor, *said)


def _hang_pictures(town: Town, bar: Any) -> None:
    """Hang about one picture on each job, from a small album whose files are linked and not drawn again."""
    album, images, hung = Album(town.chance), [], []
    newest_first = reversed(town.jobs)
    for life in _counted(list(newest_first), bar):
        for position in range(album.how_many()):
            image, row = album.hang(life)
            images.append(row)
            hung.append((life.id, image, position))
    copy_rows(Image, _IMAGE, images)
    copy_rows(JobImage, ("job", "image", "position"), hung)


def _tell(town: Town) -> None:
    """Record events of the newest posted jobs and of the bids on them, at the times when they happened."""
    posted = [life for life in town.jobs if life.status == "posted"][-TOLD:]
    people = {one.id: one for one in (*town.owners, *town.contractors)}
    jobs = Job.objects.in_bulk([life.id for life in posted])
    ids = set(jobs)
    happened: list[tuple[Any, Any, Any]] = [
        (life.times["posted_at"], JobPosted(jobs[life.id]), life.owner) for life in posted
    ]
    told = Bid.objects.select_related("job").in_bulk([offer.id for offer in town.offers if offer.job in ids])
    happened += [(bid.created_at, BidCreated(bid), people[bid.contractor_id]) for bid in told.values()]
    for _, event, who in sorted(happened, key=lambda one: one[0]):
        record(event, by=actor_for(who))
    with connection.cursor() as cursor:
        for kind, table, column in (("job", "jobs_job", "posted_at"), ("bid", "bids_bid", "created_at")):
            cursor.execute(
                f"UPDATE events_recordedevent e SET created_at = r.{column} FROM {table} r"  # noqa: S608 - constants
                " WHERE e.resource_type = %s AND e.resource_id = r.id AND e.created_at >= now()",
                [kind],
            )
