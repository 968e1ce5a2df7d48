"""Posted work with its pictures, the reviews of it, and the searches for it that people have saved."""

from jobs.models.jobs import TRANSITIONS, Category, Job, JobImage, Status
from jobs.models.reviews import Review
from jobs.models.saved_searches import SavedSearch

__all__ = ["TRANSITIONS", "Category", "Job", "JobImage", "Review", "SavedSearch", "Status"]
