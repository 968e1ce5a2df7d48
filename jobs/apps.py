"""The app's registration with Django."""

from django.apps import AppConfig
from django.db.models import Q


class JobsConfig(AppConfig):
    """See the package's docstring."""

    name = "jobs"

    def ready(self) -> None:
        """Let whoever sees a job see its pictures, and report it or a review."""
        from accounts.attachments import register_attachment
        from accounts.reportables import register_reportable
        from jobs.models import Job
        from jobs.reportables import JOBS, REVIEWS

        register_attachment("jobs.JobImage", seen=lambda viewer: Q(job__in=Job.objects.visible_to(viewer)))
        register_reportable("job", JOBS)
        register_reportable("review", REVIEWS)
