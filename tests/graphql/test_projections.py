"""What PostgreSQL writes as a whole is what the executor would have answered field by field, for everybody."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import GraphQLObjectType, get_named_type, is_object_type

from core.errors import NotFound
from core.graphql.executor import Executor
from core.projections import Declared
from core.representations import Sight, Want
from jobs.representations import JobRepresentation
from mintenance.graphql.door import DOOR
from mintenance.schema import SCHEMA
from tests.authz.world import PRINCIPALS, World, make_world
from tests.cast import Who, bid_of, job_of
from tests.graphql.asking import ask, data

pytestmark = pytest.mark.django_db

FLAT = "id title budget user{name} bids{id amount contractor{businessName}}"
QUERY = "{ jobs { edges { node { id title status user { id name avatar } images { id url } bids { id amount status contractor { id businessName } } } } } }"


def _ids(world: World) -> dict[str, Any]:
    return {"id": str(world.posted.pk), "pro": str(world.people["assigned"].id), "talk": str(world.talk.pk)}


# name → document, whether all of its roots are covered, more variables
CORPUS: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "performance.md's": (f"{{jobs(pagination:{{limit:20}}){{edges{{node{{{FLAT}}}}}}}}}", True, {}),
    "graphql.md's": (QUERY, True, {}),
    "aliases": ("{ all: jobs { rows: edges { at: cursor it: node { a: title b: title money: budget who: user { called: name } } } } }", True, {}),
    "the same name twice": ("{ jobs { edges { node { title title user { name } user { id } } } edges { node { budget } cursor } } }", True, {}),
    "fragments": ("{ jobs { ...Page } } fragment Page on JobConnection { edges { ...Edge } } fragment Edge on JobEdge { node { ...Job ... on Job { budget } } cursor } "
                  "fragment Job on Job { id user { ...Who } } fragment Who on User { name role }", True, {}),
    "typenames": ("{ __typename jobs { __typename edges { __typename node { __typename id location { __typename lat } images { __typename } bids { __typename } } } pageInfo { __typename } } }", True, {}),
    "included": ("query($yes: Boolean!, $no: Boolean = false) { jobs { edges { cursor @include(if: $no) node { id title @include(if: $yes) budget @skip(if: $yes) ... @skip(if: $no) { status } } } } }",
                 True, {"yes": True}),
    "skipped": ("query($yes: Boolean!, $no: Boolean = false) { jobs { edges { cursor @include(if: $no) node { id title @include(if: $yes) budget @skip(if: $yes) ... @skip(if: $no) { status } } } } }",
                True, {"yes": False, "no": True}),
    "all of it skipped": ("query($yes: Boolean!) { jobs { edges { node { id @skip(if: $yes) } } totalCount } }", False, {"yes": True}),
    "a page by variables": ("query($p: PaginationInput) { jobs(pagination: $p, sort: {field: BUDGET, direction: ASC}) { edges { node { id } cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }",
                            True, {"p": {"limit": 1}}),
    "nulls as arguments": ("{ jobs(filter: null, sort: null, pagination: null) { edges { node { id } } } }", True, {}),
    "narrowed": ("{ jobs(filter: {status: POSTED, minBudget: 10}) { edges { node { id status allowedTransitions category scheduledDate } } totalCount } }", True, {}),
    "near": ("{ jobs(filter: {location: {lat: 51.5, lng: -0.14, radiusKm: 10}}, sort: {field: DISTANCE, direction: ASC}) { edges { node { id distanceKm } cursor } } }", True, {}),
    "not near": ("{ jobs { edges { node { distanceKm location { lat lng address } } } } }", True, {}),
    "wrong sort": ("{ jobs(sort: {field: DISTANCE}) { edges { node { id } } } me { id } }", False, {}),
    "wrong cursor": ('{ jobs(pagination: {after: "nonsense"}) { edges { node { id } } } }', False, {}),
    "wrong user": ('{ jobs(filter: {userId: "nonsense"}) { edges { node { id } } } }', False, {}),
    "one": ("query($id: ID!) { job(id: $id) { id title budget location { lat address } contractor { businessName rating } bids { amount job { title status } } createdAt } }", True, {}),
    "one that is not there": ('{ job(id: "nonsense") { id } other: job(id: "6f1c7f3e-0000-4000-8000-000000000000") { id } }', True, {}),
    "deeper than it is read": ("query($id: ID!) { job(id: $id) { title user { email } contractor { bio } } }", False, {}),
    "a list in a list": ("{ jobs { edges { node { bids { job { title bids { amount } } } } } } }", False, {}),
    "contractors": ("{ contractors { edges { node { id businessName bio skills rating reviewCount verified location { lat lng address } availability { isAvailable nextAvailable } user { id name } } } totalCount } }", True, {}),
    "a contractor": ("query($pro: ID!) { contractor(id: $pro) { id portfolio { id title images { id } completedOn } user { name createdAt } } }", True, {}),
    "reviews": ("query($pro: ID!) { contractor(id: $pro) { reviews { totalCount edges { node { rating author { name } } } } } }", False, {}),
    "conversations": ("{ conversations { edges { node { id unreadCount participants { id name } job { title status } } } totalCount } }", True, {}),
    "what was said": ("query($talk: ID!) { conversation(id: $talk) { id lastMessage { text } messages { edges { node { text } } } } }", False, {}),
    "one conversation": ("query($talk: ID!) { conversation(id: $talk) { id participants { role } } }", True, {}),
    "notifications": ("{ notifications(unreadOnly: true) { edges { node { id type title body data readAt createdAt } cursor } } }", True, {}),
    "me": ("{ me { __typename id name avatar role email createdAt } }", True, {}),
    "several roots": ("{ me { name } jobs { edges { node { title } } } contractors { edges { node { businessName } } } }", True, {}),
    "a name that PostgreSQL would cut": (f"{{ jobs {{ edges {{ node {{ {'x' * 70}: title {'x' * 69}: budget }} }} }} }}", False, {}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


class Ordered(dict[str, Any]):
    """Equal only where its members stand in the same order."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and list(self.items()) == list(other.items())

    __hash__ = None  # type: ignore[assignment]


class Plans:
    """What was planned: True for each root that is covered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._plan, self.are_on = Executor._plan, True
        self.found: list[bool] = []
        self.goes_on = True  # else nothing is read
        monkeypatch.setattr(Executor, "_plan", lambda *given: self._look(*given))

    def _look(self, *given: Any) -> Any:
        plan = self._plan(*given) if self.are_on else None
        self.found.append(plan is not None)
        if not self.goes_on:
            raise NotFound
        return plan


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    return Plans(monkeypatch)


def both(plans: Plans, document: str, who: Who, **variables: Any) -> tuple[Any, Any]:
    """What is answered by projection, and what by the executor alone."""
    answers = []
    for plans.are_on in (True, False):
        response = ask(document, by=who, **variables)
        answer = json.loads(response.content, object_pairs_hook=Ordered)
        for error in answer.get("errors", ()):
            assert error["extensions"].pop("requestId")
            assert error["extensions"]["code"] != "INTERNAL", error
        answers.append((response.status_code, answer))
    return answers[0], answers[1]


def test_everybody_is_answered_the_same(plans: Plans) -> None:
    world = make_world()
    for name, (document, is_covered, more) in CORPUS.items():
        plans.found.clear()
        for principal in PRINCIPALS:
            written, executed = both(plans, document, world.people[principal], **_named(document, world), **more)
            assert (name, principal, written) == (name, principal, executed)
        assert (name, any(plans.found)) == (name, is_covered)


def _named(document: str, world: World) -> dict[str, Any]:
    return {name: value for name, value in _ids(world).items() if f"${name}:" in document}


ROOTS: dict[str, tuple[str, str]] = {
    "jobs": ("{ jobs { edges { node { %s } } } }", "Job"),
    "job": ("query($id: ID!) { job(id: $id) { %s } }", "Job"),
    "contractors": ("{ contractors { edges { node { %s } } } }", "Contractor"),
    "contractor": ("query($pro: ID!) { contractor(id: $pro) { %s } }", "Contractor"),
    "conversations": ("{ conversations { edges { node { %s } } } }", "Conversation"),
    "notifications": ("{ notifications { edges { node { %s } } } }", "Notification"),
    "me": ("{ me { %s } }", "User"),
}
# What is read later than the rest: by pages, or of what is linked to more than is held beside it.
LATER = {
    "jobs": {"user.email", "contractor.user", "contractor.bio", "contractor.skills", "contractor.location", "contractor.portfolio",
             "contractor.availability", "contractor.reviews", "bids.contractor.user", "bids.contractor.bio", "bids.contractor.skills",
             "bids.contractor.location", "bids.contractor.portfolio", "bids.contractor.availability", "bids.contractor.reviews"},
    "contractors": {"portfolio", "reviews", "user.email"},
    "contractor": {"reviews", "user.email"},
    "conversations": {"messages", "lastMessage", "participants.email"},
}  # fmt: skip


def members(type_: GraphQLObjectType, depth: int, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(dotted name, selection) of each member, down to a depth; each type is gone into once on the way."""
    for name, field in type_.fields.items():
        inside = get_named_type(field.type)
        if not is_object_type(inside):
            yield name, name
        elif "pagination" in field.args:
            yield name, f"{name} {{ totalCount }}"
        elif depth and inside.name not in seen:
            for path, selection in members(inside, depth - 1, (*seen, type_.name)):
                yield f"{name}.{path}", f"{name} {{ {selection} }}"


@pytest.mark.parametrize("root", ROOTS)
def test_each_member_is_covered_and_written_alike(plans: Plans, root: str) -> None:
    """Generated from the schema: a member that is added has to be covered or named above, and is compared."""
    document, kind = ROOTS[root]
    world = make_world()
    found = dict(members(SCHEMA._schema.type_map[kind], 2))
    later = LATER["jobs" if root == "job" else root] if root not in ("notifications", "me") else ()
    covered = [path for path in found if not _begins(path, later) and not _of_a_job(path)]
    plans.goes_on = False
    for path, selection in found.items():
        plans.found.clear()
        ask(document % selection, by=world.people["owner"], **_named(document, world))
        assert (path, plans.found) == (path, [path in covered])
    plans.goes_on = True
    every = document % " ".join(found[path] for path in covered)
    for principal in PRINCIPALS:
        written, executed = both(plans, every, world.people[principal], **_named(document, world))
        assert (principal, written) == (principal, executed)


def _begins(path: str, names: Any) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in names)


def _of_a_job(path: str) -> bool:
    """Of a job beside something else no more is held than this."""
    _, at, name = path.partition("job.")
    if name.startswith("bids."):
        return _begins(name, LATER["jobs"]) or _of_a_job(name)
    return bool(at) and name not in ("id", "title", "status", "distanceKm")


def selection(type_: GraphQLObjectType, depth: int, chance: random.Random) -> str:
    """Some members of the type under names of their own, some in fragments, some left out by a condition."""
    parts = ["__typename"] if chance.random() < 0.2 else []
    names = [name for name, field in type_.fields.items() if depth or not is_object_type(get_named_type(field.type))]
    for number, name in enumerate(chance.sample(names, min(len(names), chance.randint(1, 4)))):
        inside = get_named_type(type_.fields[name].type)
        alias = f"a{number}: " if chance.random() < 0.15 else ""
        condition = (
            chance.choice(["@include(if: $yes)", "@skip(if: $yes)", "@skip(if: false)"])
            if chance.random() < 0.15
            else ""
        )
        part = f"{alias}{name} {condition}"
        if is_object_type(inside):
            part += f" {{ {selection(inside, depth - 1, chance)} }}"
        parts.append(f"... on {type_.name} {{ {part} }}" if chance.random() < 0.2 else part)
    return " ".join(parts) or "__typename"


def test_whatever_is_asked_for_is_answered_the_same(plans: Plans) -> None:
    world, chance = make_world(), random.Random(20261127)
    types = SCHEMA._schema.type_map
    done = 0
    for number in range(90):
        document, kind = list(ROOTS.values())[number % len(ROOTS)]
        one = document % selection(types[kind], 3, chance)
        head, at, rest = one.partition("{") if one.startswith("query(") else ("query(", "", one)
        one = f"{head.removesuffix(') ')}{', ' if at else ''}$yes: Boolean = true) {at}{rest.removesuffix('}')} uses: __typename @include(if: $yes) }}"
        for principal in ("anonymous", "owner", "assigned", "staff"):
            written, executed = both(plans, one, world.people[principal], **_named(one, world))
            assert (one, principal, written) == (one, principal, executed)
            done += written[0] == 200
    assert done > 200
    assert 100 < sum(plans.found) < len(plans.found)


def test_the_nested_list_is_one_statement(ann: Who, carl: Who, dora: Who, sam: Who) -> None:
    def statements(by: Who) -> int:
        data(QUERY, by=by)
        with CaptureQueriesContext(connection) as queries:
            data(QUERY, by=by)
        return len(queries.captured_queries)

    for jobs in (1, 5):
        for _ in range(jobs):
            job = job_of(ann)
            bid_of(carl, job)
            bid_of(dora, job)
        assert [statements(who) for who in (ann, sam, carl)] == [1, 1, 1]
    amounts = [len(edge["node"]["bids"]) for edge in data(QUERY, by=carl)["jobs"]["edges"]]
    assert amounts == [1] * 6


def test_a_key_without_the_scope_is_refused_the_same(plans: Plans, ann: Who, carl: Who) -> None:
    bid_of(carl, job_of(ann))
    for key in (ann.with_key("jobs:read"), ann.with_key("jobs:read", "bids:read"), ann.with_key("bids:read")):
        written, executed = both(plans, QUERY, key)
        assert written == executed


def test_limits_and_their_headers_are_the_same(plans: Plans, settings: Any, ann: Who) -> None:
    settings.RATE_LIMITS_ON = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "read": (6, 900)}
    dear = QUERY.replace("jobs", "jobs(pagination: {limit: 12})")
    left = []
    for plans.are_on in (True, False, True):
        response = ask(dear, by=ann)
        left.append((response.status_code, response["RateLimit"].partition(";t=")[0]))
    assert left == [(200, '"read";r=3'), (200, '"read";r=0'), (429, '"read";r=0')]
    settings.GRAPHQL_COST = 100
    assert ask(dear, by=ann).status_code == 400


def test_a_member_that_is_not_declared_for_a_look_is_null() -> None:
    want = Want([("address", Declared("address")), ("lat", Declared("lat"))])
    assert hash(want) == hash(Want([("address", Declared("address")), ("lat", Declared("lat"))]))
    assert JobRepresentation().row(Sight(want=Want([("place", Declared("location", want))]))).names == ("place",)


def test_plans_are_kept_with_their_document_and_bounded(monkeypatch: pytest.MonkeyPatch, plans: Plans) -> None:
    monkeypatch.setattr("core.graphql.executor.MOST_PLANS", 2)
    document = "query($a: Boolean!, $b: Boolean!) { jobs { edges { node { id title @include(if: $a) budget @skip(if: $b) } } } }"
    for a in (True, False):
        for b in (True, False):
            data(document, a=a, b=b)
            assert 1 <= len(DOOR.documents.prepare(document).plans) <= 2
    assert plans.found == [True] * 4
