"""REST: people, and one's own account."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import serializers as forms
from accounts.models import Person, Session
from accounts.representations import MyselfRepresentation, PersonRepresentation, SessionRepresentation
from accounts.representations.answers import EXPORT
from accounts.services.erasing import erase_myself
from accounts.services.exporting import export_myself
from accounts.services.passwords import change_password
from accounts.services.people import edit_myself
from accounts.services.sessions import end_other_sessions, end_session
from core.downloads import download
from core.paging import Sort
from core.reads import HotReads
from core.shapes import Slot
from core.viewers import Viewer


class PersonViewSet(HotReads):
    """Anybody, as others see them."""

    noun, plural = "person", "people"
    representation = PersonRepresentation
    public_reads: ClassVar[Collection[str]] = {"retrieve"}

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """Everybody."""
        return Person.objects.all()

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Themselves."""
        return {"self": f"{base}/users/{pk}"}


class MyselfViewSet(PersonViewSet):
    """The caller's own account."""

    noun = "own account"
    representation = MyselfRepresentation
    sign_in = True
    scopes = {"retrieve": "profile:write"}
    public_reads: ClassVar[Collection[str]] = ()
    groups = {"change_password": "auth", "destroy": "auth", "export": "export"}
    refusals = {"destroy": {400, 409}}
    refuses_idempotency = {"change_password"}
    answers = {"change_password": (204, None), "export": (200, EXPORT)}
    inputs = {
        "partial_update": forms.MyselfInput,
        "change_password": forms.PasswordInput,
        "destroy": forms.ErasureInput,
    }

    def retrieve(self, request: Any, **path: Any) -> HttpResponse:
        """One's own account."""
        return self.answered(self.actor.id)

    def partial_update(self, request: HttpRequest) -> HttpResponse:
        """Change one's own name or avatar."""
        with self.precondition(self.actor.id):
            seen, _ = self.read_one(self.actor.id)
            edit_myself(changes=self.changes(forms.MyselfInput, seen), by=self.actor)
        return self.answered(self.actor.id)

    def destroy(self, request: HttpRequest) -> HttpResponse:
        """Leave for good: whatever is personal goes, and what others have with one stays with "deleted user".

        A `password` may be sent along; then it has to be the right one.
        """
        form = self.clean(forms.ErasureInput)
        with self.precondition(self.actor.id):
            erase_myself(**form, by=self.actor)
        return self.no_content()

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Everything that is held about oneself, as a JSON file."""
        file = export_myself(by=self.actor)
        name = f"mintenance-{timezone.now():%Y-%m-%d}.json"
        return download(request._request, file, name=name, content_type="application/json")  # type: ignore[attr-defined]

    def change_password(self, request: HttpRequest) -> HttpResponse:
        """Take another password. All other sessions end."""
        change_password(**self.clean(forms.PasswordInput), by=self.actor)
        return self.no_content()


class SessionViewSet(HotReads):
    """The caller's sign-ins that are alive."""

    noun = "session"
    representation = SessionRepresentation
    sign_in = True
    answers = {"destroy_others": (204, None)}
    sorts = {"lastUsedAt": Sort("last_used_at", "time"), "createdAt": Sort("created_at", "time")}
    default_sort = "-lastUsedAt"

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """One's own."""
        return Session.objects.filter(person=viewer.id, ended_at=None, expires_at__gt=Slot("now"))

    def slot_values(self) -> dict[str, Any]:
        """And which of them is this one."""
        return {**super().slot_values(), "session_id": self.actor.session_id, "now": timezone.now()}

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Sign out on another device."""
        end_session(session_id=pk, by=self.actor)
        return self.no_content()

    def destroy_others(self, request: HttpRequest) -> HttpResponse:
        """Sign out everywhere else."""
        end_other_sessions(by=self.actor)
        return self.no_content()
