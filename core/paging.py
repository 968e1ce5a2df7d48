"""Pages by number, and pages by cursor whose cost does not grow with their depth."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from django.db.models import (
    DateTimeField,
    DecimalField,
    F,
    Field,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.http import QueryDict

from core.errors import BadInput
from core.filters import InvalidParameter
from core.shapes import Slot

DEFAULT_LIMIT, MOST = 20, 100
LAST_PAGE = 10_000_000  # a number that cannot overflow what PostgreSQL takes as OFFSET


class InvalidCursor(BadInput):
    """The cursor is not one that this list gave, or belongs to another sort."""

    code, message = "invalid_cursor", "This cursor is not valid for this list."


@dataclass(frozen=True)
class Sort:
    """An order that a list may be asked for.

    `by` is a column or an expression; `kind` its type; `nullable` (times only) puts rows without a value last;
    `needs_point` refuses it where the query names no point.
    """

    by: Any
    kind: Literal["time", "money", "number", "count"]
    nullable: bool = False
    needs_point: bool = False

    FIELDS = {"time": DateTimeField, "money": DecimalField, "number": FloatField, "count": IntegerField}

    @property
    def field(self) -> Field:
        """The type that a cursor's value has."""
        return self.FIELDS[self.kind]()

    def expression(self, *, descending: bool) -> Any:
        """What to order by; never null."""
        by = F(self.by) if isinstance(self.by, str) else self.by
        if not self.nullable:
            return by
        return Coalesce(by, LAST_DESCENDING if descending else LAST_ASCENDING)

    def parse(self, text: str) -> Any:
        """A cursor's value. Raises ValueError."""
        if self.kind == "time":
            value = datetime.fromisoformat(text)
            if value.tzinfo is None:
                raise ValueError("no offset")
            return value
        if self.kind == "count":
            return int(text)
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError("not finite")
        return number if self.kind == "money" else float(number)


# Stand-ins for a missing time, so that such rows come last either way round. Literals and not parameters: an index is
# on the same expression.
LAST_ASCENDING = RawSQL("TIMESTAMPTZ '9999-01-01 00:00:00+00'", (), output_field=DateTimeField())
LAST_DESCENDING = RawSQL("TIMESTAMPTZ '0001-01-02 00:00:00+00'", (), output_field=DateTimeField())


@dataclass(frozen=True)
class Order:
    """A sort with its direction, as `sort=-budget` names it."""

    name: str
    sort: Sort
    descending: bool

    @property
    def text(self) -> str:
        """As the parameter spells it."""
        return f"-{self.name}" if self.descending else self.name

    def apply(self, rows: QuerySet, *, backwards: bool = False) -> QuerySet:
        """The rows in this order, the id settling ties; `backwards` for the page before a cursor."""
        falling = self.descending != backwards
        key = self.sort.expression(descending=self.descending)
        return rows.order_by(key.desc() if falling else key.asc(), "-pk" if falling else "pk")

    def beyond(self, rows: QuerySet, *, backwards: bool) -> QuerySet:
        """The rows on the far side of the slots `cursor_key` and `cursor_id`."""
        side = "lt" if self.descending != backwards else "gt"
        key, pk = Slot("cursor_key", self.sort.field), Slot("cursor_id", UUIDField())
        by = self.sort.by
        if self.sort.nullable or not isinstance(by, str):
            rows, by = rows.alias(sort_key=self.sort.expression(descending=self.descending)), "sort_key"
        # `(by, pk) < (key, id)`, with the bound on `by` alone for the index to start at.
        return rows.filter(Q((f"{by}__{side}e", key)) & (Q((f"{by}__{side}", key)) | Q((f"pk__{side}", pk))))


@dataclass(frozen=True)
class Cursor:
    """A place between two rows of an ordered list, and which way to go on from there."""

    order: str
    key: str
    pk: UUID
    backwards: bool = False

    def encode(self) -> str:
        """The opaque text that clients hand back."""
        body = json.dumps([self.order, self.key, self.pk.hex, int(self.backwards)], separators=(",", ":"))
        return base64.urlsafe_b64encode(body.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises InvalidCursor."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            order, key, pk, backwards = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if not (isinstance(order, str) and isinstance(key, str) and isinstance(pk, str) and backwards in (0, 1)):
                raise InvalidCursor
            return cls(order, key, UUID(hex=pk), bool(backwards))
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise InvalidCursor from None

    def values(self, order: Order) -> dict[str, Any]:
        """What the slots of `Order.beyond` stand for. Raises InvalidCursor where the cursor is of another order."""
        if self.order != order.text:
            raise InvalidCursor("This cursor belongs to another sort.")
        try:
            return {"cursor_key": order.sort.parse(self.key), "cursor_id": self.pk}
        except (ValueError, InvalidOperation, OverflowError):
            raise InvalidCursor from None


def key_text(value: Any) -> str:
    """The value of a sort key as a cursor holds it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def read_order(query: QueryDict, sorts: Mapping[str, Sort], default: str, *, has_point: bool) -> Order:
    """The order that `sort` names. Raises InvalidParameter."""
    text = query.get("sort", default)
    name = text.removeprefix("-")
    sort = sorts.get(name)
    if sort is None or len(query.getlist("sort")) > 1:
        raise InvalidParameter({"sort": [f"Must be one of {', '.join(sorts)}, with - for descending."]})
    if sort.needs_point and not has_point:
        raise InvalidParameter({"sort": [f"Sorting by {name} needs lat, lng and radius."]})
    return Order(name, sort, text.startswith("-"))


def read_number(query: QueryDict, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`. Raises InvalidParameter."""
    given = query.getlist(name)
    if not given:
        return default
    text = given[0]
    if len(given) > 1 or not (text.isascii() and text.isdigit()) or len(text) > 9 or not 1 <= int(text) <= most:
        raise InvalidParameter({name: [f"Must be a whole number from 1 to {most}."]})
    return int(text)
