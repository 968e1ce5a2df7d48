"""What staff have done, for good."""

from django.db import models


class AuditRecord(models.Model):
    """One act of a member of staff. Rows are added and never changed: the database refuses it (migration 0007).

    What was given as the reason stands beside it, in AuditReason, where it can be erased with the person whom it is
    about; `reason_digest` holds the reason to what it was, for as long as it is there.

    `digest` is made of the row and of the digest before it, so that a row that was altered, taken out or put in
    behind the site's back is found by `manage.py audit_verify`. Nothing is referred to: who and what may be gone.
    """

    number = models.BigIntegerField(primary_key=True)
    who = models.UUIDField()
    act = models.CharField(max_length=40)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    reason_digest = models.BinaryField(max_length=32)
    request_id = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["target_id", "-number"], name="audit_of_target"),
            models.Index(fields=["who", "-number"], name="audit_of_person"),
            models.Index(fields=["act", "-number"], name="audit_of_act"),
            models.Index(fields=["request_id"], name="audit_of_request"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.act} {self.target_type} {self.target_id}"


class AuditReason(models.Model):
    """Why. Never changed; deleted when the person whom it is about leaves for good, for it may quote them.

    `salt` keeps a reason that was erased from being guessed by its digest.
    """

    record = models.OneToOneField(
        AuditRecord, on_delete=models.DO_NOTHING, primary_key=True, related_name="reason", db_constraint=False
    )
    about = models.UUIDField(null=True)
    salt = models.BinaryField(max_length=16)
    words = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["about"], name="audit_reason_about")]

    def __str__(self) -> str:
        return self.words
