"""People: homeowners, contractors and staff."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now, Upper

from core.ids import uuid7


class PersonManager(BaseUserManager["Person"]):
    """Makes people with their address lower-cased. Doors use `accounts.services`; this is for commands and tests."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person of any role."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Staff with every permission, as `manage.py createsuperuser` makes them."""
        return self.create_user(email, password, role=Person.Role.STAFF, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        """By address, however it is spelled."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. `role` is chosen at sign-up and never changes; staff is granted in the admin only."""

    class Role(models.TextChoices):
        """What a person may be."""

        HOMEOWNER = "homeowner"
        CONTRACTOR = "contractor"
        STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role)
    avatar = models.ForeignKey(
        "accounts.Image", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="as_avatar"
    )
    email_verified_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_reason = models.CharField(max_length=500, blank=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)  # when their last socket was closed
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    erasure_finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        permissions = [("suspend_person", "Can suspend and restore people")]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="person_email_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_lower_case"),
            models.CheckConstraint(
                condition=Q(role__in=["homeowner", "contractor", "staff"]), name="person_role_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="person_newest"),
            models.Index(
                fields=["erased_at"],
                condition=Q(erased_at__isnull=False, erasure_finished_at__isnull=True),
                name="person_leaving",
            ),
            models.Index(fields=["role", "-created_at", "-id"], name="person_of_role"),
            models.Index(
                fields=["-created_at", "-id"], condition=Q(suspended_at__isnull=False), name="person_suspended"
            ),
            GinIndex(OpClass(Upper("email"), "gin_trgm_ops"), name="person_part_of_email", fastupdate=False),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="person_part_of_name", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets them in."""
        return self.role == self.Role.STAFF

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether they may sign in."""
        return self.suspended_at is None and self.erased_at is None

    @property
    def email_verified(self) -> bool:
        """Whether they have shown that the address is theirs."""
        return self.email_verified_at is not None
