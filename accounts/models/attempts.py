"""Failed sign-ins, counted."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class SignInAttempts(models.Model):
    """Sign-ins of late with one address from one network, which are forgotten when one succeeds.

    `key` is a digest of both, so that the table holds no address of anybody who has no account.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    count = models.PositiveIntegerField()
    began_at = models.DateTimeField(db_default=Now())
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "sign-in attempts"
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="attempts_are_counted")]
        indexes = [models.Index(fields=["began_at"], name="attempts_by_age")]

    def __str__(self) -> str:
        return f"{self.count} since {self.began_at:%Y-%m-%d %H:%M}"
