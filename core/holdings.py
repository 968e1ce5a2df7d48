"""What is held about people, field by field: the register that the export of one's own data is made from.

Each app says it of its own tables, in its `personal_data.py`. A field is exported in a section, or withheld with a
reason, or says nothing about anybody. A test fails where a field is missing here.

    hold(
        "bids.Bid",
        Section("bids", of=lambda person: Q(contractor=person), fields=["id", "amount", "message"]),
        withheld={"digest": "The hash of a secret."},
        impersonal=["round"],
    )
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, Q, QuerySet

from core.expressions import Row
from core.names import camel_case


@dataclass(frozen=True)
class Section:
    """A part of the export: which rows are this person's, and what of them. `single`: there is one row at most."""

    name: str
    of: Callable[[UUID], Q]
    fields: Sequence[str]
    single: bool = False


@dataclass(frozen=True)
class Holding:
    """What is held in one table."""

    model: str
    sections: tuple[Section, ...]
    withheld: Mapping[str, str]
    impersonal: frozenset[str]

    @property
    def known(self) -> list[str]:
        """The fields that something is said of; one in two sections stands once."""
        exported = {field for section in self.sections for field in section.fields}
        return [*exported, *self.withheld, *self.impersonal]

    def rows(self, section: Section, person_id: UUID) -> QuerySet[Any, Any]:
        """The person's rows of a section as JSON, made by PostgreSQL, in the order of their keys."""
        model = apps.get_model(self.model)
        columns = [model._meta.get_field(name).attname for name in section.fields]
        row = Row({camel_case(column): F(column) for column in columns})
        found = model._base_manager.filter(section.of(person_id)).order_by("pk")
        return found.values_list(row, flat=True)


HOLDINGS: dict[str, Holding] = {}
"""By the model's label."""


def hold(
    model: str,
    *sections: Section,
    withheld: Mapping[str, str] | None = None,
    impersonal: Iterable[str] = (),
) -> None:
    """Say what is held in the table of `model` ("app.Model")."""
    HOLDINGS[model] = Holding(model, sections, withheld or {}, frozenset(impersonal))
