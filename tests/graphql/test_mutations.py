"""Mutations: each is the service that REST calls, with the same refusals and the same events."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture

from tests.cast import JOB, PASSWORD, Who, bid_of, events_since, job_of, moved, nothing_changes
from tests.graphql.asking import ask, data, form_of, refusal, send

pytestmark = pytest.mark.django_db

CREATE = (
    "mutation($input: CreateJobInput!) { createJob(input: $input) { success job { id status budget images { id } } } }"
)
UPDATE = "mutation($id: ID!, $input: UpdateJobInput!) { updateJob(id: $id, input: $input) { job { status title } } }"
BID = "mutation($id: ID!, $input: SubmitBidInput!) { submitBid(jobId: $id, input: $input) { bid { id status amount job { title } } } }"
EVENTS = [
    "job.created",
    "job.updated",
    "job.posted",
    "bid.created",
    "bid.updated",
    "bid.accepted",
    "job.assigned",
    "conversation.created",
    "job.started",
    "job.completion_requested",
    "job.completed",
    "review.created",
    "review.replied",
]
NEW = {**JOB, "category": "PLUMBING"}


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def on_bid(name: str, bid: Any, *, by: Who) -> Any:
    return data(f"mutation($id: ID!) {{ {name}(bidId: $id) {{ success bid {{ status stale }} }} }}", by=by, id=bid)[
        name
    ]


def test_a_job_from_its_draft_to_its_review(ann: Who, carl: Who) -> None:
    made = data(CREATE, by=ann, input=NEW)["createJob"]
    assert (made["success"], made["job"]["status"], made["job"]["budget"]) == (True, "DRAFT", 120)
    job = made["job"]["id"]
    assert data(UPDATE, by=ann, id=job, input={"status": "POSTED", "title": "Mend two taps"})["updateJob"]["job"] == {
        "status": "POSTED", "title": "Mend two taps"
    }  # fmt: skip
    bid = data(BID, by=carl, id=job, input={"amount": 99.5, "message": "Tomorrow."})["submitBid"]["bid"]
    assert (bid["status"], bid["amount"], bid["job"]["title"]) == ("PENDING", 99.5, "Mend two taps")
    change = "mutation($id: ID!, $input: SubmitBidInput!) { updateBid(bidId: $id, input: $input) { bid { amount } } }"
    found = data(change, by=carl, id=bid["id"], input={"amount": 90, "message": "Today."})
    assert found["updateBid"]["bid"]["amount"] == 90
    assert on_bid("acceptBid", bid["id"], by=ann)["bid"]["status"] == "ACCEPTED"
    data(UPDATE, by=carl, id=job, input={"status": "IN_PROGRESS"})
    assert data("mutation($id: ID!) { requestCompletion(jobId: $id) { success } }", by=carl, id=job)
    data(UPDATE, by=ann, id=job, input={"status": "COMPLETED"})
    review = "mutation($id: ID!, $input: ReviewInput!) { reviewContractor(jobId: $id, input: $input) { review { id rating author { name } } } }"
    said = data(review, by=ann, id=job, input={"rating": 5, "comment": "Dry."})["reviewContractor"]["review"]
    reply = 'mutation($id: ID!) { replyToReview(reviewId: $id, reply: "Thanks.") { review { reply } } }'
    assert data(reply, by=carl, id=said["id"])["replyToReview"]["review"]["reply"] == "Thanks."
    assert events_since() == EVENTS


def test_the_other_ends_of_a_bid(ann: Who, carl: Who, dora: Who) -> None:
    job = job_of(ann)
    first, second = bid_of(carl, job), bid_of(dora, job)
    turned_down = data(
        'mutation($id: ID!) { rejectBid(bidId: $id, reason: "Too dear.") { bid { status rejectionReason } } }',
        by=ann,
        id=str(first.pk),
    )
    assert turned_down["rejectBid"]["bid"] == {"status": "REJECTED", "rejectionReason": "Too dear."}
    data(UPDATE, by=ann, id=str(job.pk), input={"budget": 300})
    assert on_bid("confirmBid", str(second.pk), by=dora)["bid"] == {"status": "PENDING", "stale": False}
    assert on_bid("withdrawBid", str(second.pk), by=dora)["bid"]["status"] == "WITHDRAWN"
    draft = job_of(ann, status="draft")
    gone = data("mutation($id: ID!) { deleteJob(id: $id) { success id } }", by=ann, id=str(draft.pk))["deleteJob"]
    assert gone == {"success": True, "id": str(draft.pk)}


def test_refusals_change_nothing_and_say_why(ann: Who, bob: Who, carl: Who) -> None:
    job, draft = job_of(ann), job_of(ann, status="draft")
    bid = bid_of(carl, job)
    offer = {"amount": 10, "message": "I can."}
    with nothing_changes():
        assert refusal(CREATE, input=NEW) == ("UNAUTHENTICATED", "not_authenticated")
        assert refusal(CREATE, by=carl, input=NEW) == ("FORBIDDEN", "wrong_role")
        assert refusal(CREATE, by=ann, input={**NEW, "budget": 1}) == ("BAD_REQUEST", "validation_failed")
        assert refusal(CREATE, by=ann, input={**NEW, "nonsense": 1}) == ("BAD_REQUEST", "invalid_input")
        assert refusal(BID, by=carl, id=str(job.pk), input=offer)[0] == "CONFLICT"
        assert refusal(BID, by=carl, id=str(draft.pk), input=offer) == ("NOT_FOUND", "not_found")
        assert refusal(UPDATE, by=bob, id=str(job.pk), input={"title": "Not theirs to say"})[0] == "FORBIDDEN"
        assert refusal(UPDATE, by=ann, id=str(job.pk), input={"status": "COMPLETED"})[0] == "CONFLICT"
        accept = "mutation($id: ID!) { acceptBid(bidId: $id) { success } }"
        assert refusal(accept, by=bob, id=str(bid.pk)) == ("NOT_FOUND", "not_found")
        assert refusal(accept, id=str(bid.pk)) == ("UNAUTHENTICATED", "not_authenticated")
        assert refusal(accept, by=ann, id="nonsense") == ("NOT_FOUND", "not_found")
    key = ann.with_key("bids:read")
    with nothing_changes():
        assert refusal(accept, by=key, id=str(bid.pk)) == ("FORBIDDEN", "insufficient_scope")


def test_of_several_mutations_each_stands_alone(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    moved(job, by=ann)
    query = """mutation($id: ID!) { one: submitBid(jobId: $id, input: {amount: 50, message: "Yes."}) { bid { id } }
        two: submitBid(jobId: $id, input: {amount: 50, message: "Again."}) { bid { id } } }"""
    answer = ask(query, by=carl, id=str(job.pk)).json()
    assert answer["data"] is None
    assert [error["path"] for error in answer["errors"]] == [["two"]]
    assert job.bids.count() == 1


def test_talking(ann: Who, carl: Who) -> None:
    start = "mutation($input: StartConversationInput!) { startConversation(input: $input) { conversation { id lastMessage { text } } } }"
    begun = data(start, by=ann, input={"userId": str(carl.id), "text": "Hello"})["startConversation"]["conversation"]
    assert begun["lastMessage"]["text"] == "Hello"
    say = "mutation($id: ID!, $input: SendMessageInput!) { sendMessage(conversationId: $id, input: $input) { sent { id sequence text } } }"
    said = [data(say, by=carl, id=begun["id"], input={"text": "Yes", "clientId": "1"})["sendMessage"] for _ in range(2)]
    assert said[0] == said[1]
    assert said[0]["sent"]["sequence"] == 2
    read = "mutation($id: ID!) { markConversationRead(conversationId: $id) { conversation { unreadCount } } }"
    assert data(read, by=ann, id=begun["id"])["markConversationRead"]["conversation"]["unreadCount"] == 0
    assert data("mutation { markNotificationsRead(ids: []) }", by=ann) == {"markNotificationsRead": 0}


def test_signing_up_in_and_out() -> None:
    up = "mutation($input: SignUpInput!) { signUp(input: $input) { user { name email role } accessToken refreshToken expiresAt } }"
    new = {"email": "eve@example.org", "password": PASSWORD, "name": "Eve", "role": "HOMEOWNER"}
    joined = data(up, input=new)["signUp"]
    assert joined["user"] == {"name": "Eve", "email": "eve@example.org", "role": "HOMEOWNER"}
    in_ = "mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }"
    tokens = data(in_, input={"email": new["email"], "password": PASSWORD})["signIn"]
    assert refusal(in_, input={"email": new["email"], "password": "something else"})[0] == "UNAUTHENTICATED"
    again = "mutation($token: String!) { refreshToken(token: $token) { accessToken } }"
    access = data(again, token=tokens["refreshToken"])["refreshToken"]["accessToken"]
    headers = {"host": "testserver", "authorization": f"Bearer {access}"}
    body = json.dumps({"query": "mutation { signOut }"})
    client = Client()
    assert client.post("/graphql", body, content_type="application/json", headers=headers).json() == {
        "data": {"signOut": True}
    }
    ended = client.post(
        "/graphql", json.dumps({"query": "{ me { id } }"}), content_type="application/json", headers=headers
    )
    assert ended.status_code == 401


UPLOAD = "mutation($file: Upload!) { uploadImage(file: $file) { success image { id width url mimetype } } }"


def _form(file: Any, **parts: Any) -> dict[str, Any]:
    return {**form_of(UPLOAD, file), **parts}


def _picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Picture.new("RGB", (20, 10), "red").save(content, "PNG")
    return SimpleUploadedFile("tap.png", content.getvalue(), "image/png")


def test_an_image_goes_through_the_same_pipeline(ann: Who) -> None:
    found = send(_form(_picture()), by=ann).json()["data"]["uploadImage"]
    assert (found["success"], found["image"]["width"], found["image"]["mimetype"]) == (True, 20, "image/webp")
    job = data(CREATE, by=ann, input={**NEW, "images": [found["image"]["id"]]})["createJob"]["job"]
    assert job["images"] == [{"id": found["image"]["id"]}]
    text = SimpleUploadedFile("tap.png", b"no picture", "image/png")
    (error,) = send(_form(text), by=ann).json()["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"


def test_a_form_of_another_site_is_refused(ann: Who) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(ann.person)
    assert send(_form(_picture()), client=client).status_code == 403
    assert send(_form(_picture()), client=client, **{"graphql-preflight": "yes"}).status_code == 403
    assert send(_form(_picture()), client=client, **{"graphql-preflight": "1"}).json()["data"]["uploadImage"]["success"]
    assert send(_form(_picture())).status_code == 403
    (error,) = send(_form(_picture()), **{"graphql-preflight": "1"}).json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "parts",
    [
        {"map": "{}"},
        {"map": "[]"},
        {"map": json.dumps({"0": ["variables.other"]})},
        {"map": json.dumps({"0": ["query"]})},
        {"map": json.dumps({"0": ["variables.file", "variables.file"]})},
        {"map": json.dumps({"1": ["variables.file"]})},
        {"operations": "[]"},
        {"operations": "nonsense"},
        {"1": "no file"},
    ],
)
def test_a_form_that_makes_no_sense_is_refused(ann: Who, parts: dict[str, str]) -> None:
    response = send({**_form(_picture()), **parts}, by=ann)
    expected = 200 if "1" in parts else 400
    assert response.status_code == expected
