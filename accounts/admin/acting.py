"""Staff who act in the admin: who it is, and each of what was chosen by itself."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ActionForm

from accounts.actors import Actor
from core.errors import FieldErrors, Refusal


class ReasonForm(ActionForm):
    """An action, and the reason for it."""

    reason = forms.CharField(required=False, max_length=500, label="Reason")


def actor_of(request: Any) -> Actor:
    """The staff member who acts by this request."""
    person = request.user
    return Actor(
        id=person.pk,
        role=person.role,
        is_staff=person.is_staff,
        request_id=getattr(request, "request_id", ""),
        address=getattr(request, "address", ""),
    )


def act_on_each(request: Any, rows: Iterable[Any], done: str, act: Callable[[Any], Any]) -> None:
    """Each in a transaction of its own; a refusal is shown and keeps no other from being done."""
    for row in rows:
        try:
            act(row)
            messages.success(request, f"{done}: {row}")
        except Refusal as refusal:
            messages.error(request, f"{row}: {words_of(refusal)}")


def words_of(refusal: Refusal) -> str:
    """A refusal for people to read, with what is wrong with which field."""
    if isinstance(refusal, FieldErrors) and refusal.details:
        return " ".join(f"{name}: {' '.join(said)}" for name, said in refusal.details.items())
    return refusal.message
