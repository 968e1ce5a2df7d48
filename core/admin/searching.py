"""How staff search a table: by what an index finds, whatever the size.

Django asks for one OR over all columns, those of other tables too, which no index serves. Here the other tables are
asked first, and what remains is an OR over columns of the table itself.

A search field is the path to a column, over other tables where need be, with how it is compared before it:

    "=id"                the very value, where the word can be one
    "@search"            words, by the index of the text search
    "owner__email"       a part of it, by an index on the trigrams of its capitals
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

MOST_WORDS = 5
MOST_BEHIND = 100  # rows of another table that a word may mean
PART = 3  # letters from which on an index can find a part of a text; shorter words are its beginning


@dataclass
class Found:
    """The condition for a table's rows, and of which other tables more rows were meant than are looked for."""

    where: Q = field(default_factory=Q)
    too_many: list[str] = field(default_factory=list)


def search(model: Any, paths: Iterable[str], text: str) -> Found:
    """Rows in which each word of the text is found by one of the paths. Words in quotation marks are one."""
    found = Found()
    for word in _words(text):
        found.where &= _one_word(model, list(paths), word, found)
    return found


def _words(text: str) -> list[str]:
    words = []
    for word in smart_split(text):
        is_quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        words.append(unescape_string_literal(word) if is_quoted else word)
    return [word for word in words if word][:MOST_WORDS]


def _one_word(model: Any, paths: Sequence[str], word: str, found: Found) -> Q:
    """Never empty: a word that can be nothing here finds nothing."""
    where, behind = Q(pk__in=[]), dict[str, list[str]]()
    for path in paths:
        how, name = (path[0], path[1:]) if path[0] in "=@" else ("", path)
        relation, _, rest = name.partition("__")
        if rest:
            behind.setdefault(relation, []).append(how + rest)
        else:
            where |= _column(model, name, how, word)
    for relation, others in behind.items():
        rows = _rows_behind(model._meta.get_field(relation).related_model, others, word, found)
        where |= Q(**{f"{relation}__in": rows})
    return where


def _column(model: Any, name: str, how: str, word: str) -> Q:
    if how == "@":
        return Q(**{name: SearchQuery(word, config="english", search_type="plain")})
    if how == "=":
        try:
            column = model._meta.get_field(name)
            return Q(**{name: (column.target_field if column.is_relation else column).clean(word, None)})
        except ValidationError:
            return Q(pk__in=[])
    return Q(**{f"{name}__{'icontains' if len(word) >= PART else 'istartswith'}": word})


def _rows_behind(model: Any, paths: Sequence[str], word: str, found: Found) -> list[Any]:
    rows = list(
        model._base_manager.filter(_one_word(model, paths, word, found)).values_list("pk", flat=True)[: MOST_BEHIND + 1]
    )
    if len(rows) > MOST_BEHIND:
        found.too_many.append(f"More than {MOST_BEHIND} {model._meta.verbose_name_plural} answer to “{word}”")
    return rows[:MOST_BEHIND]
