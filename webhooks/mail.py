"""What we write to people about their endpoints."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import Person
from core.mail import Letter, mail_kind
from webhooks.models import DisabledReason, Endpoint
from webhooks.services.settling import WHY_DISABLED


@mail_kind("webhooks.disabled")
def write_disabled(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """An endpoint is disabled. Nothing, where its owner has deleted or enabled it meanwhile."""
    endpoint = Endpoint.objects.filter(pk=context["endpoint"], person=person_id, status="disabled").first()
    person = Person.objects.filter(pk=person_id).first()
    if endpoint is None or person is None or not person.is_active:
        return None
    why = WHY_DISABLED.get(DisabledReason(endpoint.disabled_reason or ""), "")
    values = {"person": person, "endpoint": endpoint, "why": why, "site": settings.PUBLIC_URL}
    text = render_to_string("webhooks/mail/disabled.txt", values)
    return Letter(to=person.email, subject="Your webhook endpoint was disabled", text=text)
