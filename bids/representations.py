"""What a bid looks like to those who may see it."""

from django.db.models import Q, QuerySet
from rest_framework import serializers

from bids.models import Bid
from contractors.representations import ContractorSummary
from core.representations import Representation
from core.shapes import VIEWER
from core.viewers import Viewer
from jobs.representations import JobSummary


class BidRepresentation(Representation):
    """A bid on a job. It is sealed: whoever sees it at all sees the whole of it."""

    job_id = serializers.UUIDField()
    job = JobSummary()
    contractor = ContractorSummary()

    class Meta:
        model = Bid
        roles = {"owner": Q(job__owner=VIEWER), "contractor": Q(contractor=VIEWER)}
        fields = [
            "id",
            "job_id",
            "job",
            "contractor",
            "amount",
            "message",
            "estimated_days",
            "status",
            "rejection_reason",
            "stale",
            "created_at",
            "updated_at",
        ]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those that the viewer may see, the oldest first."""
        return Bid.objects.visible_to(viewer).order_by("created_at", "pk")
