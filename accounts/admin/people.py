"""People in the admin: staff look, change and shut out. Each act calls the operation that does it elsewhere."""

import logging
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts import lockout
from accounts.actors import Actor
from accounts.admin.acting import ReasonForm, act_on_each, actor_of
from accounts.audit import audit
from accounts.exceptions import TooManyAttempts
from accounts.models import ApiKey, Person, Session
from accounts.services.people import (
    add_staff,
    edit_person,
    end_sessions_of,
    give_groups,
    restore_person,
    suspend_person,
)
from core.admin import LargeAdmin, ReadOnlyInline

logger = logging.getLogger(__name__)


class SignInForm(AdminAuthenticationForm):
    """Django's, with the same pause after too many tries as at the other doors."""

    def clean(self) -> dict[str, Any]:
        """Count the try before the password is looked at."""
        email = str(self.cleaned_data.get("username", "")).strip().lower()
        address = getattr(self.request, "address", "")
        try:
            lockout.count_attempt(email, address)
        except TooManyAttempts as refusal:
            logger.warning("Too many sign-ins to the admin have failed from %s.", address)
            raise ValidationError(refusal.message) from None
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            logger.warning("A sign-in to the admin has failed from %s.", address)
            raise
        lockout.forget_attempts(email, address)
        self._write_down()
        return cleaned

    def _write_down(self) -> None:
        user: Any = self.get_user()
        by = Actor(user.pk, user.role, user.is_staff, request_id=getattr(self.request, "request_id", ""))
        with transaction.atomic():
            audit("staff.signed_in", target_type="user", target_id=user.pk, by=by)


admin.site.login_form = SignInForm
admin.site.site_header = admin.site.site_title = "Mintenance"


class LowerCasedEmail(forms.ModelForm):
    """Addresses are kept in lower case."""

    def clean_email(self) -> str:
        """However it was spelled."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewStaffForm(LowerCasedEmail, AdminUserCreationForm):
    """A new member of staff; everybody else signs up."""

    class Meta:
        model = Person
        fields = ("email", "name")


class PersonForm(LowerCasedEmail):
    """What staff may change about somebody."""

    class Meta:
        model = Person
        fields = ("email", "name", "role", "is_superuser", "groups")


class SessionInline(ReadOnlyInline):
    """Where the person is signed in."""

    model = Session
    fields = readonly_fields = ("address", "user_agent", "created_at", "last_used_at", "ended_at", "ended_because")
    ordering = ["-last_used_at"]
    max_num = 0


class ApiKeyInline(ReadOnlyInline):
    """The programs that act for the person."""

    model = ApiKey
    fields = readonly_fields = ("name", "prefix", "scopes", "last_used_at", "expires_at", "revoked_at")


@admin.register(Person)
class PersonAdmin(LargeAdmin, UserAdmin):
    """Somebody with an account."""

    form, add_form = PersonForm, NewStaffForm
    list_display = ["email", "name", "role", "email_verified_at", "suspended_at", "created_at"]
    list_filter = ["role", ("suspended_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "name", "=id"]
    search_help_text = "By a part of an address or a name, or an id."
    sortable_by = ["created_at"]
    ordering = ["-created_at", "-id"]
    filter_horizontal = ["groups"]
    actions = ["suspend", "restore"]
    action_form = ReasonForm
    inlines = [SessionInline, ApiKeyInline]
    readonly_fields = [
        "id",
        "email_verified_at",
        "suspended_at",
        "suspended_reason",
        "erased_at",
        "erasure_finished_at",
        "last_login",
        "created_at",
    ]
    fieldsets = (
        (None, {"fields": ["id", "email", "name", "role", "email_verified_at", "created_at", "last_login"]}),
        ("Shut out", {"fields": ["suspended_at", "suspended_reason", "erased_at", "erasure_finished_at"]}),
        ("Rights of staff", {"fields": ["is_superuser", "groups"]}),
    )
    add_fieldsets = ((None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who is staff, and with which rights, is for superusers to say."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if getattr(request.user, "is_superuser", False) else [*fields, "role", "is_superuser", "groups"]

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever is not there yet has none."""
        return super().get_inline_instances(request, obj) if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is left to change of whoever has left. Superusers alone change others who are staff."""
        may: bool = super().has_change_permission(request, obj)
        user: Any = request.user
        if obj is None:
            return may
        is_above = user.is_superuser or not obj.is_staff or obj.pk == user.pk
        return may and obj.erased_at is None and is_above

    def has_add_permission(self, request: Any) -> bool:
        """Who is added here is staff, and that is for superusers to say."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: people are erased by an operation, and what others have with them stays."""
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """By the operations for it."""
        by = actor_of(request)
        if not change:
            made = add_staff(email=obj.email, name=obj.name, password=form.cleaned_data["password1"], by=by)
            obj.pk, obj._state.adding = made.pk, False
            return
        names = set(form.changed_data) - {"groups"}
        edit_person(person_id=obj.pk, changes={name: form.cleaned_data[name] for name in names}, by=by)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Groups by the operation; the inlines are to look at."""
        if "groups" in form.changed_data:
            names = [group.name for group in form.cleaned_data["groups"]]
            give_groups(person_id=form.instance.pk, names=names, by=actor_of(request))
        super().save_related(request, form, formsets, change)

    def user_change_password(self, request: Any, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Django's form; all sessions of the person end with their old password."""
        with transaction.atomic():
            response: HttpResponse = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:
                person: Any = self.get_object(request, id)
                by = actor_of(request)
                end_sessions_of(person_id=person.pk, by=by)
                audit("person.password_set", target_type="user", target_id=person.pk, by=by)
        return response

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        """Shutting somebody out is another right than changing their address."""
        return bool(request.user.has_perm("accounts.suspend_person"))

    @admin.action(
        description="Suspend, for the reason beside, which they are told: shut out, hide what they posted",
        permissions=["suspend"],
    )
    def suspend(self, request: Any, people: QuerySet[Person]) -> None:
        """Each by the operation; a refusal is shown."""
        given = {"reason": request.POST.get("reason", ""), "by": actor_of(request)}
        act_on_each(request, people, "Suspended", lambda one: suspend_person(person_id=one.pk, **given))

    @admin.action(description="Restore: let in again", permissions=["suspend"])
    def restore(self, request: Any, people: QuerySet[Person]) -> None:
        """Each by the operation; a refusal is shown."""
        given = {"reason": request.POST.get("reason", ""), "by": actor_of(request)}
        act_on_each(request, people, "Restored", lambda one: restore_person(person_id=one.pk, **given))
