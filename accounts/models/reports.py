"""What people tell staff about each other."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.querysets.reports import ReportQuerySet
from core.ids import uuid7


class Report(models.Model):
    """Somebody thinks that something should not be here. It is open until staff have looked at it.

    The target may be a row of any app, and may be gone when staff look; so it is named, and nothing refers to it.
    """

    class TargetType(models.TextChoices):
        """What can be reported. accounts/reportables.py says where it is."""

        JOB = "job"
        BID = "bid"
        MESSAGE = "message"
        REVIEW = "review"
        USER = "user"

    class Reason(models.TextChoices):
        """Why."""

        SPAM = "spam"
        FRAUD = "fraud"
        CONTACT_LEAK = "contact_leak"
        ABUSE = "abuse"
        OTHER = "other"

    class Outcome(models.TextChoices):
        """What staff did about it."""

        HIDDEN = "hidden"
        RESTORED = "restored"
        WARNED = "warned"
        SUSPENDED = "suspended"
        DISMISSED = "dismissed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    target_type = models.CharField(max_length=10, choices=TargetType)
    target_id = models.UUIDField()
    reason = models.CharField(max_length=20, choices=Reason)
    comment = models.CharField(max_length=1000, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reported = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="reports_about", db_index=False
    )
    outcome = models.CharField(max_length=10, choices=Outcome, null=True, blank=True, editable=False)
    decision = models.CharField(max_length=500, null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "target_type", "target_id"], condition=Q(closed_at=None), name="report_open_once"
            ),
            models.CheckConstraint(
                condition=Q(target_type__in=["job", "bid", "message", "review", "user"]), name="report_target_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["spam", "fraud", "contact_leak", "abuse", "other"]), name="report_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, decision__isnull=True)
                | Q(outcome__isnull=False, decision__isnull=False, closed_at__isnull=False),
                name="report_decided_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="report_newest"),
            models.Index(fields=["reporter", "-created_at", "-id"], name="report_of_person"),
            models.Index(fields=["target_id"], name="report_of_target"),
            models.Index(fields=["reported", "-created_at"], name="report_about_person"),
            models.Index(fields=["-created_at", "-id"], condition=Q(closed_at__isnull=True), name="report_waiting"),
            models.Index(fields=["target_type", "-created_at", "-id"], name="report_of_kind"),
            models.Index(fields=["reason", "-created_at", "-id"], name="report_for_reason"),
            models.Index(
                fields=["outcome", "-created_at", "-id"], condition=Q(outcome__isnull=False), name="report_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} of {self.target_type} {self.target_id}"
