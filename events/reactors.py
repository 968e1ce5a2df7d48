"""Reactors: what makes rows out of events, once each, in the order of the log.

    # notifications/subscribers.py, which is loaded with the apps
    @reactor("notifications", types=TABLE)
    def tell_people(events: Sequence[RecordedEvent]) -> None: ...

A reactor keeps its own position in the log. It is given the next stretch of events, makes its rows, and its position
moves in the same transaction: whatever kills it in between, both are done or neither. The row of the position is locked
meanwhile, and whoever finds it locked goes on to other work, so that any number of workers may run side by side and
each event is given once. What it makes is unique on the event and whom it is for, as a second net. It must not wait
for anything outside the database: sending comes later, from its rows.

The worker's loops run them, a loop each, so that one that is slow or ill holds up none of the others, and no request
pays for what it sets off. A reactor that raises keeps its place: nothing is passed over, and it goes on from there when
what ails it is mended.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.failpoints import failpoint
from events.models import ReactorPosition, RecordedEvent

STRETCH = 200  # events that a reactor is given at a time

React = Callable[[Sequence[RecordedEvent]], object]


@dataclass(frozen=True)
class Reactor:
    """A function of some types of event (None: of all), under a name that its position is kept by."""

    name: str
    types: tuple[str, ...] | None
    react: React

    def run_once(self) -> int:
        """React to the next stretch; by how many events the position has moved. 0: there are none, or another worker is
        at it."""
        if not self._is_behind():
            return 0
        with transaction.atomic():
            place = ReactorPosition.objects.select_for_update(skip_locked=True).filter(pk=self.name).first()
            if place is None:
                return 0
            before, place.position = place.position, self._react_after(place.position)
            place.moved_at = timezone.now()
            place.save(update_fields=["position", "moved_at"])
            failpoint("events.reacted")
        return place.position - before

    def run(self) -> int:
        """React to all that there is; by how many events the position has moved."""
        total = 0
        while moved := self.run_once():
            total += moved
        return total

    def _is_behind(self) -> bool:
        place = ReactorPosition.objects.filter(pk=self.name).values_list("position", flat=True).first()
        if place is None:  # it has never run: it begins with the oldest event that is kept
            ReactorPosition.objects.bulk_create([ReactorPosition(name=self.name)], ignore_conflicts=True)
        return newest_position() > (place or 0)

    def _react_after(self, place: int) -> int:
        """The position after the next stretch. The newest one is read first: what is published meanwhile waits."""
        newest = newest_position()
        events = RecordedEvent.objects.filter(position__gt=place, position__lte=newest)
        if self.types is not None:
            events = events.filter(type__in=self.types)
        stretch = list(events.order_by("position")[:STRETCH])
        if stretch:
            self.react(stretch)
        return int(stretch[-1].position or 0) if len(stretch) == STRETCH else max(place, newest)


REACTORS: dict[str, Reactor] = {}
"""Every reactor, by its name. An app's `subscribers.py` fills it when the app is loaded."""


def reactor(name: str, *, types: Iterable[str] | None = None) -> Callable[[React], Reactor]:
    """Register the function below as a reactor to these types of event, or to all."""

    def register(react: React) -> Reactor:
        made = Reactor(name, None if types is None else tuple(types), react)
        if REACTORS.setdefault(name, made) is not made:
            raise TypeError(f"The reactor {name} is declared twice.")
        return made

    return register


def newest_position() -> int:
    """The position of the newest event; 0 where there is none."""
    return RecordedEvent.objects.aggregate(newest=Max("position"))["newest"] or 0
