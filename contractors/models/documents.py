"""Papers that show that a contractor may work, for staff to look at, and for nobody else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from contractors.models.profiles import Contractor
from contractors.querysets import DocumentQuerySet
from core.ids import uuid7


class Kind(models.TextChoices):
    """What a document is."""

    LICENCE = "licence"
    INSURANCE = "insurance"
    IDENTITY = "identity"


class Decision(models.TextChoices):
    """What has become of a document."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Document(models.Model):
    """One file. `key` names it in the storage; it is random, and never shown. `reason` is why it was refused."""

    Kind, Status = Kind, Decision

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contractor = models.ForeignKey(Contractor, on_delete=models.CASCADE, related_name="documents", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    filename = models.CharField(max_length=200, help_text="What the uploader called it, made safe.")
    mimetype = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes.")
    key = models.CharField(max_length=100, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the bytes that are kept.")
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which it is good.")
    status = models.CharField(max_length=8, choices=Decision, default=Decision.PENDING)
    reason = models.CharField(max_length=500, null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="document_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Decision.values), name="document_status_known"),
            models.CheckConstraint(
                condition=~Q(status="refused") | Q(reason__isnull=False), name="document_refused_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["contractor", "-created_at", "-id"], name="document_of_contractor"),
            models.Index(fields=["status", "created_at"], name="document_waiting"),
            models.Index(fields=["kind", "-id"], name="document_of_kind"),
            models.Index(fields=["expires_on"], condition=Q(status="approved"), name="document_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.filename}"


class DocumentWarning(models.Model):
    """That the owner was told, so many days ahead, that a document lapses; 0: that it has."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="warnings", db_index=False)
    days = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "days"], name="document_warned_once")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.days} days"
