"""Taking somebody out of JSON that is kept: events, and answers that may be asked for again.

Whatever is shown of a resource is an object with the resource's `id`. So it is enough to say, for each id, which
members go and what stands there instead; wherever such an object is nested, it is found.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID


class Gone:
    """What has to go: id of a resource → member, as the outside names it → what stands there instead.

    A function stands for what it makes of the member as it was.
    """

    def __init__(self) -> None:
        self._members: dict[str, dict[str, Any]] = {}

    def add(self, ids: Iterable[UUID], **members: Any) -> None:
        """These members of these resources go."""
        for pk in ids:
            self._members.setdefault(str(pk), {}).update(members)

    @property
    def ids(self) -> list[str]:
        """The resources that something of goes."""
        return list(self._members)

    @property
    def keys(self) -> list[UUID]:
        """The same, as columns hold them."""
        return [UUID(pk) for pk in self._members]

    def of(self, pk: UUID) -> frozenset[str]:
        """The members of this resource that go."""
        return frozenset(self._members.get(str(pk), ()))

    def taken_out_of(self, document: Any) -> Any:
        """The document without them."""
        if isinstance(document, list):
            return [self.taken_out_of(item) for item in document]
        if not isinstance(document, dict):
            return document
        members = self._members.get(str(document.get("id")), {})
        return {
            name: _instead(members[name], value) if name in members else self.taken_out_of(value)
            for name, value in document.items()
        }


def _instead(replacement: Any, value: Any) -> Any:
    return replacement(value) if callable(replacement) else replacement
