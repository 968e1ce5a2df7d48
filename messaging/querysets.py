"""Conversations are between two people: which of them are seen."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

from core.viewers import Viewer


class ConversationQuerySet(models.QuerySet[Any]):
    """Reads of conversations."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own; for staff those of which a message was reported."""
        if viewer.is_staff:
            return self.filter(pk__in=_reported())
        if viewer.is_anyone:
            return self.none()
        participants = apps.get_model("messaging", "Participant")._base_manager
        return self.filter(Exists(participants.filter(conversation=OuterRef("pk"), person=viewer.id)))


class ParticipantQuerySet(models.QuerySet[Any]):
    """Reads of who takes part."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the conversations that the viewer takes part in; for staff, of those with a reported message."""
        if viewer.is_staff:
            return self.filter(conversation__in=_reported())
        if viewer.is_anyone:
            return self.none()
        return self.filter(
            Exists(self.model._base_manager.filter(conversation=OuterRef("conversation"), person=viewer.id))
        )


class MessageQuerySet(models.QuerySet[Any]):
    """Reads of messages."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of conversations that the viewer sees."""
        if viewer.is_staff:
            return self.filter(conversation__in=_reported())
        if viewer.is_anyone:
            return self.none()
        participants = apps.get_model("messaging", "Participant")._base_manager
        return self.filter(Exists(participants.filter(conversation=OuterRef("conversation"), person=viewer.id)))


def _reported() -> models.QuerySet[Any]:
    """Conversations of which somebody has reported a message. They are few: found first, and not looked for in each."""
    reports = apps.get_model("accounts", "Report")._base_manager.filter(target_type="message")
    messages = apps.get_model("messaging", "Message")._base_manager.filter(pk__in=reports.values("target_id"))
    return messages.values("conversation")
