"""Why something cannot be done with a job, a review or a saved search."""

from collections.abc import Iterable

from django.conf import settings

from core.errors import Conflict, FieldErrors, Forbidden
from core.operations import on_constraint


class InvalidTransition(Conflict):
    """The job cannot go from its present state to that one, or not by this caller."""

    code = "invalid_transition"

    def __init__(self, current: str = "", moves: Iterable[str] = ()) -> None:
        allowed = sorted(moves)
        say = f"You may move it to {', '.join(allowed)}." if allowed else "There is no move that you may make."
        super().__init__(
            f"The job is {current}. {say}", details={"currentStatus": current, "allowedTransitions": allowed}
        )


class JobNotDeletable(Conflict):
    """Only a draft is deleted; what was posted is cancelled."""

    code, message = "job_not_deletable", "Only a draft can be deleted. A posted job can be cancelled."


class JobNotEditable(Conflict):
    """Fields change only while the job is a draft or posted."""

    code, message = "job_not_editable", "The job's details can be changed only while it is a draft or posted."


class CompletionNotPossible(Conflict):
    """The contractor asks for completion of work that is under way."""

    code, message = "job_not_in_progress", "Only work that is in progress can be completed."


class ReasonRequired(FieldErrors):
    """This cancellation needs a reason."""

    def __init__(self) -> None:
        super().__init__({"cancelReason": ["Say why: this cancellation needs a reason."]})


class EmailNotVerified(Forbidden):
    """This site wants the address confirmed before anything is posted."""

    code, message = "email_not_verified", "Confirm your e-mail address before you post a job."


on_constraint("job_contractor_fits_status", InvalidTransition)


class WorkInProgress(Conflict):
    """Nobody leaves for good while work of theirs is agreed or running."""

    code = "work_in_progress"
    message = "A job of yours is assigned or running. Finish or cancel it first."


# --- Reviews ---------------------------------------------------------------------------------------------------------


class JobNotCompleted(Conflict):
    """Work is reviewed when it is done."""

    code, message = "job_not_completed", "Only a completed job can be reviewed."


class AlreadyReviewed(Conflict):
    """One review for a job."""

    code, message = "already_reviewed", "You have reviewed this job already."


class ReviewWindowClosed(Conflict):
    """Some days after the work was completed it is too late to review it."""

    code = "review_window_closed"
    message = f"A job can be reviewed for {settings.REVIEW_DAYS} days after it was completed."


class AlreadyReplied(Conflict):
    """One reply to a review."""

    code, message = "already_replied", "You have replied to this review already."


# --- Saved searches --------------------------------------------------------------------------------------------------


class TooManySavedSearches(Conflict):
    """A person may keep so many searches."""

    code, message = "too_many_saved_searches", "You keep as many searches as one may. Delete one first."


on_constraint("review_once_a_job", AlreadyReviewed)
