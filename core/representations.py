"""What a resource looks like to the outside, declared once as a DRF serializer, and run by PostgreSQL.

A `Representation` is read by drf-spectacular like any ModelSerializer, and is never run in Python: its fields become
ORM expressions, an ordinary queryset says which rows, and PostgreSQL makes the JSON. A snake_case field is camelCase
outside. Type, null, choices and length come from the model. `Meta.roles` says, once, what a viewer is to a row;
`SeenBy` and `ByRole` use those roles, and nothing else decides what is shown to whom.

What may be declared: model fields (also by dotted `source`), nested representations (a foreign key, `source="*"` for
the same row, or `many=True` over a reverse relation, whose `source` may go on: "pictures.image"), `SeenBy`, `ByRole`,
`Computed` and `OnRequest`. Anything else has no SQL and is refused when it is first used.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast, override

from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Value, When
from rest_framework import serializers

from core.expressions import JSONText, Moves, Row, Rows
from core.names import camel_case
from core.viewers import ANYONE, Viewer

STAFF_ROLE = "staff"


class Member:
    """One member of the JSON that is wanted."""

    def express(self, owner: "Representation", sight: "Sight") -> Any:
        """Its expression, for a row of `owner`."""
        raise NotImplementedError


class Want:
    """The members of one JSON object, in order. Hashed once: it is part of the shape of a statement."""

    __slots__ = ("_hash", "members")

    def __init__(self, members: Iterable[tuple[str, Member]]) -> None:
        self.members = tuple(members)
        self._hash = hash(self.members)

    @override
    def __hash__(self) -> int:
        return self._hash

    @override
    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Want) and self.members == other.members)


@dataclass(frozen=True)
class Sight:
    """Who looks, from where in a nesting, and what they asked for beyond the usual."""

    viewer: Viewer = ANYONE
    at: str = ""  # the lookup path to the row, such as "job__owner__"
    role: str | None = None  # take this role for granted, as when an event is frozen for each role
    also: frozenset[str] = frozenset()
    want: Want | None = None  # these members alone (core/projections.py); what is nested has its own


class Shown(serializers.Field):
    """A field that writes its own expression. `shows` is the field whose type the documents give."""

    def __init__(self, shows: serializers.Field, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(**kwargs)
        self.shows = shows

    def express(self, owner: "Representation", sight: Sight) -> Any:
        """The ORM expression of this field, seen like this."""
        raise NotImplementedError


class SeenBy(Shown):
    """`shows` for these roles, `otherwise` (or null) for everybody else; null for all where the column `present` is."""

    def __init__(
        self,
        *roles: str,
        shows: serializers.Field,
        otherwise: serializers.Field | None = None,
        present: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("allow_null", otherwise is None or present is not None)
        super().__init__(shows, **kwargs)
        self.roles, self.otherwise, self.present = roles, otherwise, present

    @override
    def express(self, owner: "Representation", sight: Sight) -> Any:
        look = self._look(owner, sight)
        if self.present is None:
            return look
        return Case(When(Q((f"{sight.at}{self.present}__isnull", False)), then=look), default=null_like(self.shows))

    def _look(self, owner: "Representation", sight: Sight) -> Any:
        shown = express(owner, self.shows, str(self.source), sight)
        hidden = express(owner, self.otherwise, str(self.source), sight) if self.otherwise else null_like(self.shows)
        if sight.role is not None:
            return shown if sight.role in self.roles else hidden
        if sight.viewer.is_anyone:
            return hidden
        if sight.viewer.is_staff and STAFF_ROLE in self.roles:
            return shown
        known = [owner.role_condition(role, sight.at) for role in self.roles if role != STAFF_ROLE]
        return Case(*[When(condition, then=shown) for condition in known], default=hidden)


class ByRole(Shown):
    """The states that the viewer may move the row to: `table` is state → next state → roles.

    `conditions` says for a (state, next state) what must hold besides, as a function of the lookup path to the row.
    """

    def __init__(
        self,
        table: Mapping[str, Mapping[str, Any]],
        *,
        conditions: Mapping[tuple[str, str], Callable[[str], Any]] | None = None,
        choices: Any = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(serializers.ListField(child=serializers.ChoiceField(choices=choices)), **kwargs)
        self.table, self.conditions = table, conditions or {}
        self.roles = tuple(sorted({role for moves in table.values() for roles in moves.values() for role in roles}))

    @override
    def express(self, owner: "Representation", sight: Sight) -> Any:
        if sight.role is not None:
            return self._of_role(sight.role, sight.at)
        if sight.viewer.is_anyone:
            return Moves()
        if sight.viewer.is_staff:
            return self._of_role(STAFF_ROLE, sight.at)
        roles = [role for role in self.roles if role in owner.roles]
        whens = [When(owner.role_condition(role, sight.at), then=self._of_role(role, sight.at)) for role in roles]
        return Case(*whens, default=Moves())

    def _of_role(self, role: str, at: str) -> Any:
        whens = []
        for state, moves in self.table.items():
            mine = [self._move(state, target, at) for target, roles in moves.items() if role in roles]
            if mine:
                whens.append(When(Q((f"{at}{self.source}", state)), then=Moves(*mine)))
        return Case(*whens, default=Moves()) if whens else Moves()

    def _move(self, state: str, target: str, at: str) -> Any:
        condition = self.conditions.get((state, target))
        name = Value(str(target), output_field=models.TextField())
        return Case(When(condition(at), then=name), default=None) if condition else name


class Computed(Shown):
    """An expression of the author's own, as a function of the lookup path to the row."""

    def __init__(self, make: Callable[[str], Any], shows: serializers.Field, **kwargs: Any) -> None:
        kwargs.setdefault("allow_null", shows.allow_null)
        super().__init__(shows, **kwargs)
        self.make = make

    @override
    def express(self, owner: "Representation", sight: Sight) -> Any:
        return self.make(sight.at)


class OnRequest(Shown):
    """Left out unless it is asked for by name (`also`)."""

    def __init__(self, shows: serializers.Field, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(shows, read_only=False, **kwargs)

    @override
    def express(self, owner: "Representation", sight: Sight) -> Any:
        return express(owner, self.shows, str(self.source), sight)


class Representation(serializers.ModelSerializer):
    """See the module. `Meta` has `model`, `fields`, and `roles`: role → Q about a row, VIEWER being the viewer's id."""

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """The rows of a nested list, before they are tied to the outer row. Override where some are not for all."""
        return cast("QuerySet", cls.Meta.model._default_manager.all())  # type: ignore[attr-defined]

    @property
    def roles(self) -> Mapping[str, Q]:
        """What a viewer may be to a row, besides staff."""
        return cast("Mapping[str, Q]", getattr(self.Meta, "roles", {}))

    def get_fields(self) -> dict[str, Any]:
        """The declared fields under the names that the outside sees, none of them writable."""
        fields: dict[str, Any] = {}
        for name, field in super().get_fields().items():
            outside = camel_case(name)
            if field.source is None and outside != name:
                field.source = name
            if not isinstance(field, OnRequest):
                field.read_only, field.required = True, False
            fields[outside] = field
        return fields

    def role_condition(self, role: str, at: str = "") -> Q:
        """The condition under which the viewer has this role to the row at that path."""
        return prefixed(self.roles[role], at)

    def row(self, sight: Sight) -> Row:
        """The JSON object of one row."""
        if sight.want is not None:
            return Row({name: member.express(self, sight) for name, member in sight.want.members})
        return Row({name: express(self, field, field.source, sight) for name, field in self._shown(sight)})

    def role_of(self, viewer: Viewer) -> Any:
        """The viewer's role to the row as it is now, as text, or null."""
        if viewer.is_staff:
            return Value(STAFF_ROLE, output_field=models.TextField())
        if viewer.is_anyone or not self.roles:
            return Value(None, output_field=models.TextField())
        text = models.TextField()
        whens = [When(self.role_condition(role), then=Value(role, output_field=text)) for role in self.roles]
        return Case(*whens, default=None, output_field=text)

    def frozen(self) -> tuple[Row, Row]:
        """For the event log: everybody's look, and role → only the members which that role sees otherwise."""
        public = self.row(Sight())
        by_role = {}
        for role in (*self.roles, STAFF_ROLE):
            sight = Sight(role=role)
            own = {
                n: express(self, f, f.source, sight) for n, f in self._shown(sight) if role in getattr(f, "roles", ())
            }
            by_role[role] = Row(own) if own else Value(None, output_field=JSONText())
        return public, Row(by_role)

    def _shown(self, sight: Sight) -> list[tuple[str, Any]]:
        return [(n, f) for n, f in self.fields.items() if n in sight.also or not isinstance(f, OnRequest)]

    @classmethod
    def named(cls) -> str:
        """The schema's name in the documents: the class's, without "Representation"."""
        return cls.__name__.removesuffix("Representation")


def express(owner: Representation, field: Any, source: str, sight: Sight) -> Any:
    """The ORM expression for a declared field of `owner`."""
    source = field.source or source
    if isinstance(field, Shown):
        if field.source is None:
            field.source = source
        return field.express(owner, sight)
    if isinstance(field, serializers.ListSerializer):
        return _nested_rows(owner, cast("Representation", field.child), source, sight)
    if isinstance(field, Representation):
        return _nested_row(owner, field, source, sight)
    if isinstance(field, serializers.SerializerMethodField | serializers.ReadOnlyField):
        raise TypeError(f"{type(owner).__name__}: {source!r} runs in Python, and a representation is run by PostgreSQL")
    return F(sight.at + source.replace(".", "__"))


def _nested_row(owner: Representation, field: Representation, source: str, sight: Sight) -> Any:
    if source == "*":
        return field.row(replace(sight, also=frozenset()))
    path = sight.at + source.replace(".", "__")
    row = field.row(_onwards(sight, f"{path}__"))
    if not field.allow_null:
        return row
    return Case(When(Q((f"{path}__isnull", False)), then=row), default=Value(None, output_field=JSONText()))


def _nested_rows(owner: Representation, child: Representation, source: str, sight: Sight) -> Rows:
    relation, _, onward = source.partition(".")
    link = owner.Meta.model._meta.get_field(relation)  # type: ignore[attr-defined]
    path = f"{onward.replace('.', '__')}__" if onward else ""
    rows = link.related_model._default_manager.all() if onward else type(child).rows(sight.viewer)
    rows = rows.filter(**{link.field.name: OuterRef(f"{sight.at}pk")})
    return Rows(rows.values_list(child.row(_onwards(sight, path))))


def _onwards(sight: Sight, path: str) -> Sight:
    """The same look at another row, to which nobody is taken for anything."""
    return Sight(sight.viewer, path, role="" if sight.role is not None else None, want=sight.want)


def null_like(field: Any) -> Value:
    """Null, typed so that both branches of a CASE agree."""
    is_json = isinstance(field, serializers.BaseSerializer | Shown)
    return Value(None, output_field=JSONText() if is_json else None)


def _name_of(column: Any) -> str:
    return str(column.name)


def prefixed(condition: Q, at: str) -> Q:
    """The same condition about the row at the end of the lookup path `at`."""
    if not at:
        return condition
    renamed = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, Q):
            renamed.children.append(prefixed(child, at))
        elif isinstance(child, tuple):
            name, value = child
            renamed.children.append((f"{at}{name}", F(at + _name_of(value)) if type(value) is F else value))
        else:
            raise TypeError(f"{child!r} cannot be moved along {at!r}: roles are made of lookups")
    return renamed
