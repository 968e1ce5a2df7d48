"""REST: jobs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.geo import distance_km
from core.inputs import NoInput
from core.paging import Sort
from core.reads import HotReads
from core.viewers import Viewer
from jobs.filters import JobFilters
from jobs.models import Job
from jobs.representations import JobRepresentation
from jobs.serializers import JobInput, NewJobInput
from jobs.services import create_job, delete_job, edit_job, request_completion


class JobViewSet(HotReads):
    """Jobs that homeowners want done."""

    noun = "job"
    representation = JobRepresentation
    filterset_class = JobFilters
    sorts = {
        "createdAt": Sort("created_at", "time"),
        "updatedAt": Sort("updated_at", "time"),
        "budget": Sort("budget", "money"),
        "scheduledDate": Sort("scheduled_date", "time", nullable=True),
        "distance": Sort(distance_km("approx_lat", "approx_lng"), "number", needs_point=True),
    }
    near_fields = frozenset({"distanceKm"})
    linked = ("owner_id",)
    public_reads = {"list", "retrieve"}
    scopes = {"list": "jobs:read", "retrieve": "jobs:read"}
    sign_in = {"create", "update", "partial_update", "destroy", "request_completion"}
    inputs = {"create": NewJobInput, "update": JobInput, "partial_update": JobInput, "request_completion": NoInput}

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those that the viewer may see."""
        return Job.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, its bids, its owner."""
        job = f"{base}/jobs/{pk}"
        return {"self": job, "bids": f"{job}/bids", "user": f"{base}/users/{linked[0]}"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Write a job down, as a draft or posted at once."""
        return self.created(create_job(**self.clean(NewJobInput), by=self.actor).pk)

    def update(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Replace what a job says."""
        with self.precondition(pk):
            seen, _ = self.read_one(pk)
            edit_job(job_id=pk, changes=self.changes(JobInput, seen), by=self.actor)
        return self.answered(pk)

    def partial_update(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change what a job says, or move it: `status` goes through its lifecycle."""
        return self.update(request, pk)

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Throw a draft away."""
        with self.precondition(pk):
            delete_job(job_id=pk, by=self.actor)
        return self.no_content()

    def request_completion(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The assigned contractor asks the owner to confirm that the work is done."""
        self.clean(NoInput)
        request_completion(job_id=pk, by=self.actor)
        return self.answered(pk)
