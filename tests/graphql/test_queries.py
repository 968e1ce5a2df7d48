"""Queries: who sees what, pages, and how many SQL statements they cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import sessions
from jobs.services import review_contractor
from messaging.services import send_message, start_conversation
from tests.cast import STRANGER, Who, assigned, bid_of, job_of, moved
from tests.graphql.asking import ask, data, refusal

pytestmark = pytest.mark.django_db

NESTED = """
query Nested($n: Int) {
  jobs(pagination: {limit: $n}) { edges { cursor node {
    id title budget status user { id name email } images { url } contractor { businessName bio }
    bids { id amount contractor { businessName bio user { name email } } }
  } } pageInfo { hasNextPage } }
}
"""


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def test_everybody_reads_posted_jobs(ann: Who) -> None:
    job_of(ann, status="draft", title="Not yet to be seen")
    posted = job_of(ann)
    found = data("{ jobs { edges { node { id status location { lat address } } } totalCount } me { id } }")
    assert found["me"] is None
    assert found["jobs"]["totalCount"] == 1
    (edge,) = found["jobs"]["edges"]
    assert edge["node"] == {"id": str(posted.pk), "status": "POSTED", "location": {"lat": 51.5, "address": None}}


def test_bids_stay_sealed(ann: Who, carl: Who, dora: Who, sam: Who) -> None:
    job = job_of(ann)
    mine = bid_of(carl, job)
    other = bid_of(dora, job)
    query = "query($id: ID!) { job(id: $id) { bids { id } } }"

    def seen(who: Who) -> list[str]:
        return [bid["id"] for bid in data(query, by=who, id=str(job.pk))["job"]["bids"]]

    both = [str(mine.pk), str(other.pk)]
    assert [seen(who) for who in (ann, sam, carl, STRANGER)] == [both, both, [str(mine.pk)], []]


def test_addresses_of_people_are_for_themselves_and_staff(ann: Who, carl: Who, sam: Who) -> None:
    job_of(ann)
    query = "{ jobs { edges { node { user { email } } } } me { email } }"

    def seen(who: Who) -> Any:
        return data(query, by=who)["jobs"]["edges"][0]["node"]["user"]["email"]

    address = ann.person.email
    assert [seen(who) for who in (ann, sam, carl)] == [address, address, None]
    assert data(query, by=carl)["me"]["email"] == carl.person.email


def test_pages_go_both_ways(ann: Who) -> None:
    ids = [str(job_of(ann, title=f"Mend tap number {n}").pk) for n in range(5)][::-1]
    query = """query($p: PaginationInput) { jobs(pagination: $p) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

    def page(**pagination: Any) -> Any:
        return data(query, p=pagination)["jobs"]

    def seen(page: Any) -> list[str]:
        return [edge["node"]["id"] for edge in page["edges"]]

    first = page(limit=2)
    assert (seen(first), first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (
        ids[:2],
        True,
        False,
    )
    job_of(ann, title="New on top of all")  # moves nothing
    second = page(limit=2, after=first["pageInfo"]["endCursor"])
    assert (seen(second), second["pageInfo"]["hasPreviousPage"]) == (ids[2:4], True)
    last = page(limit=2, after=second["pageInfo"]["endCursor"])
    assert (seen(last), last["pageInfo"]["hasNextPage"]) == (ids[4:], False)
    back = page(limit=2, before=last["pageInfo"]["startCursor"])
    assert (seen(back), back["pageInfo"]["hasNextPage"]) == (ids[2:4], True)
    assert refusal(query, p={"after": "x", "before": "x"}) == ("BAD_REQUEST", "invalid_parameter")
    assert refusal(query, p={"after": "nonsense"}) == ("BAD_REQUEST", "invalid_cursor")


def test_jobs_are_narrowed_and_sorted_as_in_rest(ann: Who) -> None:
    cheap, dear = job_of(ann, budget=60), job_of(ann, budget=600, category="painting")
    query = """query($f: JobFilter, $s: JobSort) { jobs(filter: $f, sort: $s) {
        edges { node { id distanceKm } } totalCount } }"""

    def seen(**variables: Any) -> list[str]:
        return [edge["node"]["id"] for edge in data(query, **variables)["jobs"]["edges"]]

    assert seen(s={"field": "BUDGET", "direction": "ASC"}) == [str(cheap.pk), str(dear.pk)]
    assert seen(f={"minBudget": 100}) == seen(f={"category": "PAINTING", "status": "POSTED"}) == [str(dear.pk)]
    assert (
        seen(f={"userId": str(ann.id), "dateRange": {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}})
        == []
    )
    near = {"location": {"lat": 51.5, "lng": -0.14, "radiusKm": 10}}
    found = data(query, f=near, s={"field": "DISTANCE", "direction": "ASC"})["jobs"]
    assert found["totalCount"] == 2
    assert found["edges"][0]["node"]["distanceKm"] is not None
    assert data(query)["jobs"]["edges"][0]["node"]["distanceKm"] is None
    assert refusal(query, s={"field": "DISTANCE"}) == ("BAD_REQUEST", "invalid_parameter")


def test_what_is_not_there_or_not_theirs_is_not_found(ann: Who, bob: Who) -> None:
    draft = job_of(ann, status="draft")
    query = "query($id: ID!) { job(id: $id) { id } }"
    assert data(query, by=ann, id=str(draft.pk))["job"]["id"] == str(draft.pk)
    for gone in (str(draft.pk), str(ann.id), "nonsense"):
        answer = ask(query, by=bob, id=gone).json()
        assert answer["data"] == {"job": None}
        (error,) = answer["errors"]
        assert (error["extensions"]["code"], error["path"]) == ("NOT_FOUND", ["job"])
        assert error["extensions"]["requestId"]


def test_a_hidden_job_is_no_more_than_its_name_beside_a_review(ann: Who, carl: Who) -> None:
    from jobs.models import Job

    job = moved(assigned(ann, carl), "in_progress", "completed", by=ann)
    review_contractor(job_id=job.pk, rating=5, comment="Well done.", by=ann.actor)
    Job.objects.update(hidden=True)
    query = "query($id: ID!) { contractor(id: $id) { reviews { totalCount edges { node { rating job { %s } } } } } }"
    found = data(query % "title status", id=str(carl.id))["contractor"]["reviews"]
    assert found["totalCount"] == 1
    assert found["edges"][0]["node"]["job"] == {"title": job.title, "status": "COMPLETED"}
    assert refusal(query % "description", id=str(carl.id)) == ("NOT_FOUND", "not_found")


def test_conversations_are_for_the_two(ann: Who, carl: Who, bob: Who) -> None:
    conversation, _ = start_conversation(user_id=carl.id, text="Can you come?", by=ann.actor)
    for n in range(3):
        send_message(conversation_id=conversation.pk, text=f"Hello {n}", by=carl.actor)
    query = """query($p: PaginationInput) { conversations { totalCount edges { node { id unreadCount
        participants { id name } lastMessage { text sender { name email } }
        messages(pagination: $p) { totalCount pageInfo { endCursor hasNextPage } edges { node { text sequence } } } } } } }"""
    found = data(query, by=ann, p={"limit": 2})["conversations"]
    (edge,) = found["edges"]
    node = edge["node"]
    assert (node["unreadCount"], node["lastMessage"]["text"], len(node["participants"])) == (3, "Hello 2", 2)
    assert [message["node"]["text"] for message in node["messages"]["edges"]] == ["Hello 2", "Hello 1"]
    assert node["messages"]["totalCount"] == 4
    later = {"limit": 2, "after": node["messages"]["pageInfo"]["endCursor"]}
    messages = data(query, by=ann, p=later)["conversations"]["edges"][0]["node"]["messages"]
    assert [message["node"]["text"] for message in messages["edges"]] == ["Hello 0", "Can you come?"]
    assert data(query, by=bob)["conversations"]["edges"] == []
    assert refusal(query) == ("UNAUTHENTICATED", "not_authenticated")


def test_search_analytics_and_notifications(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    bid_of(carl, job)
    query = '{ search(query: "dripping", type: ALL) { totalCount jobs { id user { email } } contractors { id } } }'
    assert data(query)["search"] == {
        "totalCount": 1, "jobs": [{"id": str(job.pk), "user": {"email": None}}], "contractors": []
    }  # fmt: skip
    query = """{ analytics(dateRange: {from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z"}) {
        jobsPosted averageBid byCategory { category count } byDay { date bidsSubmitted } } }"""
    assert data(query, by=ann)["analytics"]["jobsPosted"] in (0, 1)
    assert refusal(query) == ("UNAUTHENTICATED", "not_authenticated")
    notifications = "{ notifications(unreadOnly: true) { totalCount edges { node { type data readAt } } } }"
    assert data(notifications, by=ann)["notifications"]["totalCount"] == 0


def test_keys_read_what_their_scopes_say(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    bid_of(carl, job)
    query = "query($id: ID!) { job(id: $id) { title bids { amount } } }"
    key = ann.with_key("jobs:read")
    assert refusal(query, by=key, id=str(job.pk)) == ("FORBIDDEN", "insufficient_scope")
    assert refusal("{ me { id } }", by=key) == ("FORBIDDEN", "insufficient_scope")
    both = ann.with_key("jobs:read", "bids:read")
    assert len(data(query, by=both, id=str(job.pk))["job"]["bids"]) == 1


DOCUMENTS = {
    "nested": (NESTED, 6),
    "names only": ("{ jobs { edges { node { title user { name } contractor { businessName } } } } }", 1),
    "total": ("{ jobs { totalCount edges { node { id } } } }", 2),
    "me": ("{ me { id email } }", 1),
    "contractors": ("{ contractors { edges { node { id portfolio { title } user { email } } } } }", 3),
    "reviews": (
        "{ contractors { edges { node { reviews { totalCount edges { node { rating author { email } } } } } } } }",
        4,
    ),
    "conversations": (
        "{ conversations { edges { node { id messages { edges { node { text sender { name } } } } } } } }",
        2,
    ),
    "participants": ("{ conversations { edges { node { participants { name } job { title budget } } } } }", 2),
    "notifications": ("{ notifications { edges { node { title } } } }", 1),
    "search": ('{ search(query: "tap", type: ALL) { totalCount jobs { bids { amount } } contractors { id } } }', 4),
}


def statements(document: str, by: Who) -> int:
    """Of the second asking: the first also finds out who calls."""
    data(document, by=by)
    with CaptureQueriesContext(connection) as queries:
        data(document, by=by)
    return len(queries.captured_queries)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_cost_does_not_grow_with_the_page(ann: Who, carl: Who, dora: Who, name: str) -> None:
    document, known = DOCUMENTS[name]
    sessions._memory._entries.clear()
    few = _grown(ann, carl, dora, document, 1)
    many = _grown(ann, carl, dora, document, 6)
    assert (few, many) == (known, known)


def _grown(ann: Who, carl: Who, dora: Who, document: str, jobs: int) -> int:
    for n in range(jobs):
        job = job_of(ann, title=f"Mend tap number {n}")
        bid_of(carl, job)
        bid_of(dora, job)
        start_conversation(job_id=job.pk, text="When can I look?", by=carl.actor)
        done = moved(assigned(ann, carl), "in_progress", "completed", by=ann)
        review_contractor(job_id=done.pk, rating=5, comment="Well done.", by=ann.actor)
    return statements(document, ann)
