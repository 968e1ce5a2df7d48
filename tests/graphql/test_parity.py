"""REST and GraphQL agree: for everybody the same operation is done or refused for the same reason, with the same events.

A rule that lives in one door alone makes a row differ. The data of reads are compared as well, member by member.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from core.graphql.answers import code_of
from core.problems import refusal_of
from tests import cast
from tests.authz.test_matrix import Undone
from tests.authz.world import PRINCIPALS, World, make_world, request_for
from tests.cast import JOB, Rest
from tests.graphql.asking import ask

pytestmark = pytest.mark.django_db

Made = Callable[[World, str], dict[str, Any]]
Seen = tuple[str, list[str]]

_JOB = "{ job { id title status budget } }"
_BID = "{ bid { id status amount message } }"
OFFER = {"amount": 5, "message": "Me."}


@dataclass(frozen=True)
class Operation:
    """One operation and its two doors. `body` replaces what world.py sends to REST."""

    route: str
    method: str
    document: str
    variables: Made
    body: Any = None
    query: str = ""


def _job(world: World, principal: str) -> dict[str, Any]:
    return {"id": str(world.job(principal).pk)}


def _bid(world: World, principal: str) -> dict[str, Any]:
    return {"id": str(world.bid_for(principal).pk)}


def _talk(world: World, principal: str) -> dict[str, Any]:
    return {"id": str(world.talk_of(principal).pk)}


def _with_whom(world: World, principal: str) -> dict[str, Any]:
    if principal in ("owner", "homeowner"):
        return {"input": {"userId": str(world.people["bidder"].id)}}
    return {"input": {"jobId": str(world.posted.pk)}}


def _on_bid(name: str) -> str:
    return f"mutation($id: ID!) {{ {name}(bidId: $id) {_BID} }}"


OPERATIONS = {
    "createJob": Operation(
        "jobs", "POST", f"mutation($input: CreateJobInput!) {{ createJob(input: $input) {_JOB} }}",
        lambda w, p: {"input": {**JOB, "category": "PLUMBING"}},
    ),
    "updateJob": Operation(
        "jobs/<pk>", "PATCH", f"mutation($id: ID!, $input: UpdateJobInput!) {{ updateJob(id: $id, input: $input) {_JOB} }}",
        lambda w, p: {**_job(w, p), "input": {"title": "Mend both taps"}},
    ),
    "updateJob that moves": Operation(
        "jobs/<pk>", "PATCH", f"mutation($id: ID!, $input: UpdateJobInput!) {{ updateJob(id: $id, input: $input) {_JOB} }}",
        lambda w, p: {**_job(w, p), "input": {"status": "CANCELLED", "cancelReason": "No more."}},
        {"status": "cancelled", "cancelReason": "No more."},
    ),
    "updateJob that is wrong": Operation(
        "jobs/<pk>", "PATCH", f"mutation($id: ID!, $input: UpdateJobInput!) {{ updateJob(id: $id, input: $input) {_JOB} }}",
        lambda w, p: {**_job(w, p), "input": {"budget": 1, "title": "x"}},
        {"budget": 1, "title": "x"},
    ),
    "deleteJob": Operation("jobs/<pk>", "DELETE", "mutation($id: ID!) { deleteJob(id: $id) { success } }", _job),
    "requestCompletion": Operation(
        "jobs/<pk>/completion-request", "POST", f"mutation($id: ID!) {{ requestCompletion(jobId: $id) {_JOB} }}", _job
    ),
    "submitBid": Operation(
        "jobs/<job_id>/bids", "POST",
        f"mutation($id: ID!, $input: SubmitBidInput!) {{ submitBid(jobId: $id, input: $input) {_BID} }}",
        lambda w, p: {**_job(w, p), "input": OFFER}, OFFER,
    ),
    "updateBid": Operation(
        "jobs/<job_id>/bids/<pk>", "PATCH",
        f"mutation($id: ID!, $input: SubmitBidInput!) {{ updateBid(bidId: $id, input: $input) {_BID} }}",
        lambda w, p: {**_bid(w, p), "input": OFFER}, OFFER,
    ),
    "acceptBid": Operation("jobs/<job_id>/bids/<pk>/accept", "POST", _on_bid("acceptBid"), _bid),
    "rejectBid": Operation("jobs/<job_id>/bids/<pk>/reject", "POST", _on_bid("rejectBid"), _bid, {}),
    "withdrawBid": Operation("jobs/<job_id>/bids/<pk>/withdraw", "POST", _on_bid("withdrawBid"), _bid),
    "confirmBid": Operation("jobs/<job_id>/bids/<pk>/confirm", "POST", _on_bid("confirmBid"), _bid),
    "reviewContractor": Operation(
        "jobs/<job_id>/review", "POST",
        "mutation($id: ID!, $input: ReviewInput!) { reviewContractor(jobId: $id, input: $input) { review { rating } } }",
        lambda w, p: {"id": str(w.done.pk), "input": {"rating": 4, "comment": "Good."}},
    ),
    "replyToReview": Operation(
        "reviews/<pk>/reply", "POST", 'mutation($id: ID!) { replyToReview(reviewId: $id, reply: "Thanks.") { success } }',
        lambda w, p: {"id": str(w.review.pk)},
    ),
    "startConversation": Operation(
        "conversations", "POST",
        "mutation($input: StartConversationInput!) { startConversation(input: $input) { success } }", _with_whom,
    ),
    "sendMessage": Operation(
        "conversations/<conversation_id>/messages", "POST",
        'mutation($id: ID!) { sendMessage(conversationId: $id, input: {text: "Hello."}) { sent { text } } }', _talk,
    ),
    "markConversationRead": Operation(
        "conversations/<pk>/read", "POST",
        "mutation($id: ID!) { markConversationRead(conversationId: $id, sequence: 1) { success } }", _talk,
    ),
    "markNotificationsRead": Operation(
        "notifications/read", "POST", "mutation { markNotificationsRead(ids: []) }", lambda w, p: {}, {"ids": []}
    ),
    "job": Operation("jobs/<pk>", "GET", "query($id: ID!) { job(id: $id) { id title budget location { lat lng address } "
                     "distanceKm createdAt images { id } user { id name avatar createdAt } } }", _job),
    "jobs": Operation("jobs", "GET", "{ jobs { totalCount } }", lambda w, p: {}),
    "contractor": Operation("contractors/<pk>", "GET", "query($id: ID!) { contractor(id: $id) { id businessName bio skills "
                            "rating location { lat lng } availability { isAvailable nextAvailable } portfolio { id title } } }",
                            lambda w, p: {"id": str(w.people["bidder"].id)}),
    "contractors": Operation("contractors", "GET", "{ contractors { totalCount } }", lambda w, p: {}),
    "conversation": Operation("conversations/<pk>", "GET", "query($id: ID!) { conversation(id: $id) { id unreadCount "
                              "participants { id name } lastMessage { id text sequence } } }", _talk),
    "conversations": Operation("conversations", "GET", "{ conversations { totalCount } }", lambda w, p: {}),
    "notifications": Operation("notifications", "GET", "{ notifications { totalCount } }", lambda w, p: {}),
    "search": Operation("search", "GET", '{ search(query: "tap", type: ALL) { totalCount } }', lambda w, p: {}),
    "analytics": Operation(
        "analytics", "GET", '{ analytics(dateRange: {from: "2026-01-01T00:00:00Z", to: "2026-06-01T00:00:00Z"}) { jobsPosted } }',
        lambda w, p: {}, query="?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z",
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def undone(act: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What it answers, and the events that it records; then it has not happened."""
    before = len(cast.events_since())
    try:
        with transaction.atomic():
            answer = act()
            events = cast.events_since(before)
            raise Undone
    except Undone:
        return answer, events


def by_rest(rest: Rest, world: World, principal: str, one: Operation) -> tuple[Seen, Any]:
    address, body = request_for(world, principal, one.route, one.method)
    body = body if one.body is None else one.body
    answer, events = undone(lambda: rest.ask(one.method, address + one.query, body, by=world.people[principal]))
    refused = answer.status_code >= 400
    return (
        answer.json()["code"] if refused else "done",
        events,
    ), None if refused or not answer.content else answer.json()


def by_graphql(world: World, principal: str, one: Operation) -> tuple[Seen, Any]:
    variables = one.variables(world, principal)
    response, events = undone(lambda: ask(one.document, by=world.people[principal], **variables))
    answer = response.json()
    errors = answer.get("errors", ())
    for error in errors:
        assert error["extensions"]["code"] != "INTERNAL"
    return (errors[0]["extensions"]["reason"] if errors else "done", events), answer.get("data")


def alike(found: Any, known: Any) -> bool:
    """Whether REST shows each member that GraphQL was asked for, the same. What REST leaves out is null here."""
    if isinstance(found, dict):
        return all(alike(value, (known or {}).get(name)) for name, value in found.items())
    if isinstance(found, list):
        return len(found) == len(known or ()) and all(map(alike, found, known or ()))
    return bool(found == known)


@pytest.mark.parametrize("name", OPERATIONS)
def test_both_doors_agree(rest: Rest, name: str) -> None:
    one, world = OPERATIONS[name], make_world()
    for principal in PRINCIPALS:
        (ours, shown), (theirs, known) = by_graphql(world, principal, one), by_rest(rest, world, principal, one)
        assert (principal, ours) == (principal, theirs)
        if one.method == "GET" and ours[0] == "done":
            ((root, found),) = shown.items()
            assert alike(found, known["data"]) if "totalCount" not in found else agrees(found, known), (
                root,
                found,
                known,
            )


def agrees(found: Any, known: Any) -> bool:
    """A list's total."""
    total = known["meta"]["total"] if "total" in known["meta"] else known["meta"]["totalCount"]
    return bool(found["totalCount"] == total)


def test_every_mutation_has_its_row() -> None:
    from mintenance.schema import SCHEMA

    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None
    covered = {name.split()[0] for name in OPERATIONS}
    elsewhere = {
        "signUp",
        "signIn",
        "signOut",
        "refreshToken",
        "uploadImage",
    }  # test_mutations.py: they make tokens and files
    assert set(mutation.fields) == {name for name in covered if name in mutation.fields} | elsewhere


def test_codes_are_those_of_the_contract() -> None:
    from core import errors

    assert code_of(errors.Gone()) == code_of(errors.Conflict()) == "CONFLICT"
    assert code_of(errors.TooManyRequests()) == "RATE_LIMIT_EXCEEDED"
    assert code_of(refusal_of(ValueError())) == "INTERNAL"
