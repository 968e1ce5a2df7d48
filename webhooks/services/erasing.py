"""Taking somebody who leaves out of what was, or is to be, delivered."""

from typing import Any

from django.db.models import Q

from accounts.actors import Actor
from core.erasing import Gone
from events.models import RecordedEvent
from webhooks.models import Attempt, Delivery, Endpoint


def erase_webhooks_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Delete the person's endpoints; empty the bodies of whatever others were sent of them
    (settings.PERSON_ERASED_HOOKS, before the log forgets whom its events concerned).

    What is sent again later is written anew from the log, which knows them no longer. Answers may quote it.
    """
    Endpoint.objects.filter(person=person.pk).delete()
    told = Q(audience__contains=[person.pk]) | Q(resource_id=person.pk) | Q(resource_id__one_of=gone.keys)
    positions = RecordedEvent.objects.filter(told, position__isnull=False).values("position")
    concerned = Delivery.objects.filter(position__in=positions)
    Attempt.objects.filter(delivery__in=concerned.values("pk")).exclude(response_body="").update(response_body="")
    concerned.filter(body__isnull=False).update(body=None)
