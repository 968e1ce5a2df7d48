"""Every operation on a job."""

from jobs.services.moving import complete_unanswered_work, expire_jobs, reopen_job, request_completion
from jobs.services.visibility import hide_jobs_of, show_jobs_of
from jobs.services.writing import create_job, delete_job, edit_job

__all__ = [
    "complete_unanswered_work",
    "create_job",
    "delete_job",
    "edit_job",
    "expire_jobs",
    "hide_jobs_of",
    "reopen_job",
    "request_completion",
    "show_jobs_of",
]
