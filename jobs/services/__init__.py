"""Every operation on a job, a review and a saved search."""

from jobs.services.moving import complete_unanswered_work, expire_jobs, reopen_job, request_completion
from jobs.services.reviewing import hide_review, rate_contractors, reply_to_review, review_contractor, show_review
from jobs.services.saved_searches import delete_saved_search, edit_saved_search, save_search
from jobs.services.visibility import hide_job, hide_jobs_of, show_job, show_jobs_of
from jobs.services.writing import create_job, delete_job, edit_job

__all__ = [
    "complete_unanswered_work",
    "create_job",
    "delete_job",
    "delete_saved_search",
    "edit_job",
    "edit_saved_search",
    "expire_jobs",
    "hide_job",
    "hide_jobs_of",
    "hide_review",
    "rate_contractors",
    "reopen_job",
    "reply_to_review",
    "request_completion",
    "review_contractor",
    "save_search",
    "show_job",
    "show_jobs_of",
    "show_review",
]
