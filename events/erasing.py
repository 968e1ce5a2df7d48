"""Taking somebody out of the log, and what they wrote.

Whoever is named in an event is in its audience, or is its resource: that is how their events are found.
"""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from core.erasing import Gone
from core.renderers import to_json
from events.models import RecordedEvent

BATCH = 500

_REWRITE = """
UPDATE events_recordedevent AS event
SET data = given.data::jsonb, seen_by = given.seen_by::jsonb, audience = array_remove(event.audience, %s)
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS given(id, data, seen_by)
WHERE event.id = given.id
"""


def resources_of(person_id: UUID, resource_type: str, **shown: Any) -> set[UUID]:
    """The resources of this type that the person was told of, if their `data` looked like this.

    Resources that are gone from their tables are among them.
    """
    rows = RecordedEvent.objects.filter(audience__contains=[person_id], resource_type=resource_type)
    return set(rows.filter(**shown).values_list("resource_id", flat=True))


def forget_person(person_id: UUID, gone: Gone) -> None:
    """Take what is gone out of all events that concern the person, and the person out of their audiences.

    What was for them alone becomes empty and addresses nobody. It keeps its position, which a cursor may stand at.
    """
    RecordedEvent.objects.filter(actor_id=person_id).exclude(request_id="").update(request_id="")
    told_others = Q(resource_id__one_of=gone.keys)  # what others were told of them
    concerned = Q(audience__contains=[person_id]) | Q(resource_id=person_id) | told_others
    rows = RecordedEvent.objects.filter(concerned).order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        _rewrite(batch, person_id, gone)
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def _rewrite(batch: list[RecordedEvent], person_id: UUID, gone: Gone) -> None:
    looks = [_look_of(event, person_id, gone) for event in batch]
    with connection.cursor() as cursor:
        values: list[list[Any]] = [
            [event.pk for event in batch],
            [to_json(data).decode() for data, _ in looks],
            [to_json(seen_by).decode() for _, seen_by in looks],
        ]
        cursor.execute(_REWRITE, [person_id, *values])


def _look_of(event: RecordedEvent, person_id: UUID, gone: Gone) -> tuple[Any, Any]:
    """The event as it may stay. A role that saw a member otherwise sees it like everybody now."""
    if not event.is_public and set(event.audience) <= {person_id}:
        return {}, {}
    hidden = gone.of(event.resource_id)
    seen_by = {
        role: members and {name: gone.taken_out_of(value) for name, value in members.items() if name not in hidden}
        for role, members in event.seen_by.items()
    }
    return gone.taken_out_of(event.data), seen_by
