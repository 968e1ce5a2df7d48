"""REST: a contractor's API keys."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from orjson import Fragment

from accounts import serializers as forms
from accounts.models import ApiKey
from accounts.representations import ApiKeyRepresentation
from accounts.representations.answers import NewApiKeyRepresentation
from accounts.services.keys import create_key, revoke_key, rotate_key
from core.reads import HotReads
from core.renderers import to_json
from core.viewers import Viewer


class ApiKeyViewSet(HotReads):
    """Keys for one's own programs."""

    noun = "api key"
    representation = ApiKeyRepresentation
    sign_in = True
    groups = {"create": "auth", "rotate": "auth"}
    refuses_idempotency = {"create", "rotate"}
    inputs = {"create": forms.ApiKeyInput}
    answers = {"create": (201, NewApiKeyRepresentation), "rotate": (200, NewApiKeyRepresentation)}

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """One's own that are not revoked."""
        return ApiKey.objects.filter(person=viewer.id, revoked_at=None)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """The list that it stands in."""
        return {"self": f"{base}/api-keys/{pk}", "all": f"{base}/api-keys"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Make a key. `key` is shown in this answer alone."""
        key, text = create_key(**self.clean(forms.ApiKeyInput), by=self.actor)
        return self._with_text(key.pk, text, 201)

    def rotate(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give the key another text. The old one works for 24 hours more."""
        key, text = rotate_key(key_id=pk, by=self.actor)
        return self._with_text(key.pk, text, 200)

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Revoke the key."""
        revoke_key(key_id=pk, by=self.actor)
        return self.no_content()

    def _with_text(self, pk: UUID, text: str, status: int) -> HttpResponse:
        data, _ = self.read_one(pk)
        whole = Fragment(data[:-1] + b',"key":' + to_json(text) + b"}")
        return self.answer(whole, status=status, links=self.links(self.base, pk))
