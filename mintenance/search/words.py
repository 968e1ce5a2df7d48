"""Putting right what was mistyped in a search, and forgetting words that nobody uses any more."""

import re
from typing import Any

from django.db import connection

_WORD = re.compile(r"[^\W\d_]{4,30}")
_NEAR = 20  # the most similar words by trigrams, among which the intended one is looked for
_LONG = 9  # letters from which on two slips are forgiven

# Of the given words, those whose stem nobody has used, each with the most similar ones that somebody has.
_UNKNOWN = f"""
SELECT given.word, near.word
FROM unnest(%s::text[]) AS given(word)
CROSS JOIN LATERAL (
    SELECT known.word FROM mintenance_searchword AS known ORDER BY known.word <-> given.word LIMIT {_NEAR}
) AS near
WHERE NOT EXISTS (
    SELECT FROM mintenance_searchword AS known WHERE known.stem = (ts_lexize('english_stem', given.word))[1]
) AND ts_lexize('english_stem', given.word) <> '{{}}'
"""  # noqa: S608 - a constant

_FORGET = """
DELETE FROM mintenance_searchword AS known
WHERE NOT EXISTS (
    SELECT FROM jobs_job WHERE search @@ to_tsquery('english', quote_literal(known.word))
    AND posted_at IS NOT NULL AND NOT hidden
) AND NOT EXISTS (
    SELECT FROM contractors_contractor WHERE search @@ to_tsquery('english', quote_literal(known.word))
)
"""


def corrected(text: str) -> str:
    """The search with each unknown word of four letters or more replaced by the known one that was meant.

    One slip is forgiven (a letter wrong, missing, too many, or two in the other's place), from nine letters on two.
    What has no such neighbour stays as it is.
    """
    words = sorted({found.lower() for found in _WORD.findall(text)})
    if not words:
        return text
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [words])
        near = cursor.fetchall()
    meant: dict[str, str] = {}
    for given, known in near:  # the most similar first
        best = meant.get(given)
        if is_slip(given, known) and (best is None or slips(given, known) < slips(given, best)):
            meant[given] = known
    return _WORD.sub(lambda found: meant.get(found[0].lower(), found[0]), text)


def is_slip(given: str, known: str) -> bool:
    """Whether somebody who meant `known` may have typed `given`."""
    forgiven = 2 if len(known) >= _LONG else 1
    return abs(len(given) - len(known)) <= forgiven and slips(given, known) <= forgiven


def slips(one: str, other: str) -> int:
    """The optimal string alignment distance: letters wrong, missing or too many, and neighbours swapped, count one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def forget_unused_words() -> int:
    """Delete the words that nothing public holds any more; how many. Each is looked up in the full-text indexes."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return int(cursor.rowcount)


def forget_words_of(*, person: Any, gone: Any, by: Any) -> None:
    """Once somebody's texts are gone, delete the words that only they held."""
    forget_unused_words()
