"""Projections: some members of a resource, under names of the asker's own, from the declarations of the whole.

`Sight.want` names them, and `Representation.row` then writes them and nothing else. So what a door shows of a resource,
in whatever selection, is the declared field seen by the same viewer: there is no second place that says what it is.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, override

from django.db.models import OuterRef, TextField, Value
from django.db.models.functions import Cast, Upper

from core.expressions import JSONText, Rows
from core.representations import Member, Representation, Sight, Want, express

LONGEST_NAME = 63  # bytes; PostgreSQL cuts what is longer


@dataclass(frozen=True)
class Constant(Member):
    """The same text, or null, whatever the row."""

    text: str | None

    @override
    def express(self, owner: Representation, sight: Sight) -> Any:
        return Value(self.text, output_field=TextField())


@dataclass(frozen=True)
class Declared(Member):
    """What the representation declares under this (outside) name; null where this look of it has no such member.

    `inside` is wanted of what is nested. `capitals` writes words in capitals: of a text, or of a JSON list of them.
    """

    name: str
    inside: Want | None = None
    capitals: Literal["", "text", "list"] = ""

    @override
    def express(self, owner: Representation, sight: Sight) -> Any:
        field = owner.fields.get(self.name)
        if field is None:
            return Constant(None).express(owner, sight)
        found = express(owner, field, str(field.source), replace(sight, want=self.inside))
        if self.capitals == "list":
            return Cast(Upper(Cast(found, TextField())), JSONText())
        return Upper(found) if self.capitals else found


@dataclass(frozen=True)
class Listed(Member):
    """The rows of `look` that name the row in their column `owner`, as many as the viewer sees."""

    look: type[Representation]
    owner: str
    inside: Want

    @override
    def express(self, owner: Representation, sight: Sight) -> Any:
        rows = self.look.rows(sight.viewer).filter(**{self.owner: OuterRef(f"{sight.at}pk")})
        return Rows(rows.values_list(self.look().row(Sight(sight.viewer, want=self.inside))))
