"""What a report looks like to its reporter and to staff."""

from django.db.models import Case, CharField, Q, Value, When
from rest_framework import serializers

from accounts.models import Report
from accounts.representations.people import PersonSummary
from core.representations import Computed, Representation

STATUSES = [("open", "Open"), ("closed", "Closed")]


class ReportRepresentation(Representation):
    """What somebody told staff. `status` is closed once staff have looked at it."""

    reporter = PersonSummary()
    status = Computed(
        lambda at: Case(
            When(Q((f"{at}closed_at__isnull", True)), then=Value("open")),
            default=Value("closed"),
            output_field=CharField(),
        ),
        shows=serializers.ChoiceField(choices=STATUSES),
    )

    class Meta:
        model = Report
        fields = [
            "id", "target_type", "target_id", "reason", "comment", "status", "reporter", "created_at", "closed_at",
        ]  # fmt: skip
