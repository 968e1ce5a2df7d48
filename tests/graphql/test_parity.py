"""All doors agree: for everybody the same operation is done or refused for the same reason, with the same events.

A rule that lives in one door alone makes a row differ. The data of reads are compared as well, member by member.
"""

from typing import Any

import pytest

from core.graphql.answers import code_of
from core.problems import refusal_of
from mintenance.schema import SCHEMA
from tests.authz.world import PRINCIPALS, make_world
from tests.cast import Rest
from tests.graphql.doors import Seen, by_frame, by_graphql, by_page, by_rest, cookies_of, of_a_page
from tests.graphql.operations import OPERATIONS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # sparing what it costs to guess


def test_all_doors_agree(rest: Rest) -> None:
    """In one world, since nothing that is done in it stays done."""
    world = make_world()
    cookies = cookies_of(world)
    wrong = []
    for name, one in OPERATIONS.items():
        for principal in PRINCIPALS:
            if principal in one.not_by:
                continue
            known = by_rest(rest, world, principal, one)
            seen = {"graphql": (by_graphql(world, principal, one), known)}
            for frame in (each for each in one.frames if principal not in each.not_by):
                seen[frame.event] = (
                    by_frame(world, principal, frame),
                    known if frame.records else Seen(known.outcome, ()),
                )
            if one.form and principal in (*cookies, "anonymous") and principal not in one.form.not_by:
                seen[one.form.name] = by_page(world, principal, one.form, cookies), of_a_page(known)
            wrong += [(name, principal, door, *both) for door, both in seen.items() if both[0] != both[1]]
            if one.method == "GET" and known.outcome == "done":
                shown = seen["graphql"][0].shown
                wrong += [] if _shows_the_same(shown, known.shown) else [(name, principal, "data", shown, known.shown)]
    assert wrong == []


def _shows_the_same(found: Any, known: Any) -> bool:
    ((_, shown),) = found.items()
    if "totalCount" not in shown:
        return alike(shown, known["data"])
    total = known["meta"]["total"] if "total" in known["meta"] else known["meta"]["totalCount"]
    return bool(shown["totalCount"] == total)


def alike(found: Any, known: Any) -> bool:
    """Whether REST shows each member that GraphQL was asked for, the same. What REST leaves out is null here."""
    if isinstance(found, dict):
        return all(alike(value, (known or {}).get(name)) for name, value in found.items())
    if isinstance(found, list):
        return len(found) == len(known or ()) and all(map(alike, found, known or ()))
    return bool(found == known or (isinstance(found, str) and found == str(known).upper()))


def test_every_field_at_the_root_has_its_row() -> None:
    schema = SCHEMA._schema
    covered = {name.split()[0] for name in OPERATIONS}
    assert schema.mutation_type is not None
    assert schema.query_type is not None
    assert covered == set(schema.mutation_type.fields) | set(schema.query_type.fields)


def test_codes_are_those_of_the_contract() -> None:
    from core import errors

    assert code_of(errors.Gone()) == code_of(errors.Conflict()) == "CONFLICT"
    assert code_of(errors.TooManyRequests()) == "RATE_LIMIT_EXCEEDED"
    assert code_of(refusal_of(ValueError())) == "INTERNAL"
