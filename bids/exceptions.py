"""Why something cannot be done with a bid."""

from core.errors import Conflict
from core.operations import on_constraint


class JobNotOpen(Conflict):
    """Bids are made, and accepted, on posted jobs alone."""

    code, message = "job_not_open", "This job does not take bids."


class AlreadyBid(Conflict):
    """One live bid for a contractor and a job."""

    code, message = "already_bid", "You have a bid on this job. Edit it, or withdraw it first."


class BidLimit(Conflict):
    """Three bids in all for a contractor and a job."""

    code, message = "bid_limit", "You have bid on this job three times, which is as often as one may."


class BidRejected(Conflict):
    """Who was turned down may bid again only when the job is opened again."""

    code, message = (
        "bid_rejected",
        "Your bid on this job was rejected. You may bid again if the job is reopened.",
    )


class BidNotPending(Conflict):
    """What is decided or withdrawn stays so."""

    code, message = "bid_not_pending", "This bid is not pending any more."


class BidStale(Conflict):
    """The job has changed since; the bidder has to confirm the bid or edit it."""

    code, message = "bid_stale", "The job changed after this bid. Its bidder has to confirm it first."


class JobAlreadyAssigned(Conflict):
    """Another bid won."""

    code, message = "job_already_assigned", "Another bid on this job was accepted."


on_constraint("bid_live_once", AlreadyBid)
on_constraint("bid_accepted_once", JobAlreadyAssigned)
