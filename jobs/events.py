"""What happens to jobs, and to reviews of them."""

from collections.abc import Iterable
from typing import override
from uuid import UUID

from events.types import Event
from jobs.representations import JobRepresentation, ReviewRepresentation


class JobEvent(Event):
    """Concerns the owner and, once there is one, the contractor."""

    representation = JobRepresentation
    frame = "job:updated"

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.owner_id, self.resource.contractor_id)


class JobCreated(JobEvent):
    """A homeowner wrote a job down; nobody else sees it yet."""

    type = "job.created"


class JobPosted(JobEvent):
    """A job was opened for bids."""

    type = "job.posted"
    public = True


class JobUnposted(JobEvent):
    """Its owner took a posted job back to a draft."""

    type = "job.unposted"


class JobUpdated(JobEvent):
    """The details of a job changed; its bidders are told."""

    type = "job.updated"

    @override
    def audience(self) -> Iterable[UUID | None]:
        live = self.resource.bids.filter(status__in=["pending", "accepted"])
        return (*super().audience(), *live.values_list("contractor_id", flat=True))


class JobAssigned(JobEvent):
    """A bid was accepted: the job has its contractor."""

    type = "job.assigned"


class JobStarted(JobEvent):
    """Work began."""

    type = "job.started"


class JobCompletionRequested(JobEvent):
    """The contractor says that the work is done, and asks the owner to confirm."""

    type = "job.completion_requested"


class JobCompleted(JobEvent):
    """The owner confirmed, or did not answer in time."""

    type = "job.completed"


class JobCancelled(JobEvent):
    """The job ended without being done. Whoever had a live bid on it is told."""

    type = "job.cancelled"

    def __init__(self, resource: object, *, bidders: Iterable[UUID] = ()) -> None:
        super().__init__(resource)
        self.bidders = tuple(bidders)

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (*super().audience(), *self.bidders)


class JobReopened(JobEvent):
    """The contractor is out, and the job takes bids again."""

    type = "job.reopened"
    public = True

    def __init__(self, resource: object, *, released: UUID | None = None) -> None:
        super().__init__(resource)
        self.released = released

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.owner_id, self.released)


class ReviewEvent(Event):
    """Concerns the author and the contractor. What staff have hidden goes from the log, too."""

    representation = ReviewRepresentation
    withdrawn_when_hidden = True

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.author_id, self.resource.contractor_id)


class ReviewCreated(ReviewEvent):
    """The owner of a completed job judged the work."""

    type = "review.created"
    public = True


class ReviewReplied(ReviewEvent):
    """The contractor replied to a review."""

    type = "review.replied"
