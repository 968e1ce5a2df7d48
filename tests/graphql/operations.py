"""Every operation that GraphQL has, with its REST route, its frame, and the form of its page."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import tokens
from accounts.models import Session
from tests.accounts.images.corpus import jpeg
from tests.authz.world import World
from tests.cast import JOB, PASSWORD
from tests.graphql.doors import Form, Frame, Operation

_JOB = "{ job { id title status budget } }"
_BID = "{ bid { id status amount message } }"
OFFER = {"amount": 5, "message": "Me."}
REVIEW = {"rating": 4, "comment": "Good."}
NEW = {"email": "new@example.org", "password": PASSWORD, "name": "New"}
WRITTEN = {**{name: JOB[name] for name in ("title", "description", "category", "budget")}, **JOB["location"]}
CHANGE = f"mutation($id: ID!, $input: UpdateJobInput!) {{ updateJob(id: $id, input: $input) {_JOB} }}"
AUTH = "{ success user { name email role } }"


def _job(world: World, principal: str) -> dict[str, Any]:
    return {"id": str(world.job(principal).pk)}


def _at_job(world: World, principal: str) -> list[Any]:
    return [world.job(principal).pk]


def _bid(world: World, principal: str) -> dict[str, Any]:
    return {"id": str(world.bid_for(principal).pk)}


def _at_bid(world: World, principal: str) -> list[Any]:
    return [world.job(principal).pk, world.bid_for(principal).pk]


def _talk(world: World, principal: str) -> dict[str, Any]:
    return {"id": str(world.talk_of(principal).pk)}


def _in_talk(**more: Any) -> Any:
    return lambda w, p: {"conversationId": _talk(w, p)["id"], **more}


def _with_whom(world: World, principal: str) -> dict[str, Any]:
    if principal in ("owner", "homeowner"):
        return {"userId": str(world.people["bidder"].id)}
    return {"jobId": str(world.posted.pk)}


def _refresh_token(world: World, principal: str) -> str:
    """A good one for those who have a session; what is none for others."""
    who = world.people[principal]
    session = Session.objects.filter(person_id=who.id).first() if not who.key else None
    if session is None:
        return "x"
    pair = tokens.make_pair(
        person_id=session.person_id, role=who.role, session_id=session.pk, generation=session.generation
    )
    return pair.refresh


def _picture() -> Any:
    return SimpleUploadedFile("tap.jpg", jpeg())


def _on_bid(name: str) -> str:
    return f"mutation($id: ID!) {{ {name}(bidId: $id) {_BID} }}"


OPERATIONS = {
    "createJob": Operation(
        "jobs", "POST", f"mutation($input: CreateJobInput!) {{ createJob(input: $input) {_JOB} }}",
        lambda w, p: {"input": {**JOB, "category": "PLUMBING"}},
        form=Form("new-job", lambda w, p: {**WRITTEN, "draft": "yes"}),
    ),
    "createJob that is wrong": Operation(
        "jobs", "POST", f"mutation($input: CreateJobInput!) {{ createJob(input: $input) {_JOB} }}",
        lambda w, p: {"input": {**JOB, "category": "PLUMBING", "title": "x", "budget": 1}}, {**JOB, "title": "x", "budget": 1},
    ),
    "updateJob": Operation(
        "jobs/<pk>", "PATCH", CHANGE, lambda w, p: {**_job(w, p), "input": {"title": "Mend both taps"}},
        form=Form("edit-job", lambda w, p: {**WRITTEN, "title": "Mend both taps"}, _at_job),
    ),
    "updateJob that moves": Operation(
        "jobs/<pk>", "PATCH", CHANGE, lambda w, p: {**_job(w, p), "input": {"status": "CANCELLED", "cancelReason": "No more."}},
        {"status": "cancelled", "cancelReason": "No more."},
        form=Form("move-job", lambda w, p: {"status": "cancelled", "reason": "No more."}, _at_job),
    ),
    "updateJob that may not move": Operation(
        "jobs/<pk>", "PATCH", CHANGE, lambda w, p: {**_job(w, p), "input": {"status": "COMPLETED"}}, {"status": "completed"},
        form=Form("move-job", lambda w, p: {"status": "completed"}, _at_job),
    ),
    "updateJob that is wrong": Operation(
        "jobs/<pk>", "PATCH", CHANGE, lambda w, p: {**_job(w, p), "input": {"budget": 1, "title": "x"}}, {"budget": 1, "title": "x"},
    ),
    "deleteJob": Operation(
        "jobs/<pk>", "DELETE", "mutation($id: ID!) { deleteJob(id: $id) { success } }", _job, form=Form("delete-job", at=_at_job),
    ),
    "requestCompletion": Operation(
        "jobs/<pk>/completion-request", "POST", f"mutation($id: ID!) {{ requestCompletion(jobId: $id) {_JOB} }}", _job,
        form=Form("request-completion", at=_at_job),
    ),
    "submitBid": Operation(
        "jobs/<job_id>/bids", "POST",
        f"mutation($id: ID!, $input: SubmitBidInput!) {{ submitBid(jobId: $id, input: $input) {_BID} }}",
        lambda w, p: {**_job(w, p), "input": OFFER}, OFFER,
        form=Form("job-page", lambda w, p: OFFER, _at_job, not_by=("bidder",)),  # they are offered to change it
    ),
    "updateBid": Operation(
        "jobs/<job_id>/bids/<pk>", "PATCH",
        f"mutation($id: ID!, $input: SubmitBidInput!) {{ updateBid(bidId: $id, input: $input) {_BID} }}",
        lambda w, p: {**_bid(w, p), "input": OFFER}, OFFER,
        form=Form("job-page", lambda w, p: OFFER, _at_job, not_by=("owner", "homeowner", "contractor", "assigned", "staff")),
    ),
    "acceptBid": Operation(
        "jobs/<job_id>/bids/<pk>/accept", "POST", _on_bid("acceptBid"), _bid, form=Form("accept-bid", at=_at_bid)
    ),
    "rejectBid": Operation(
        "jobs/<job_id>/bids/<pk>/reject", "POST", _on_bid("rejectBid"), _bid, {}, form=Form("reject-bid", at=_at_bid)
    ),
    "withdrawBid": Operation(
        "jobs/<job_id>/bids/<pk>/withdraw", "POST", _on_bid("withdrawBid"), _bid, form=Form("withdraw-bid", at=_at_bid)
    ),
    "confirmBid": Operation(
        "jobs/<job_id>/bids/<pk>/confirm", "POST", _on_bid("confirmBid"), _bid, form=Form("confirm-bid", at=_at_bid)
    ),
    "reviewContractor": Operation(
        "jobs/<job_id>/review", "POST",
        "mutation($id: ID!, $input: ReviewInput!) { reviewContractor(jobId: $id, input: $input) { review { rating } } }",
        lambda w, p: {"id": str(w.done.pk), "input": REVIEW},
        form=Form("write-review", lambda w, p: REVIEW, lambda w, p: [w.done.pk]),
    ),
    "replyToReview": Operation(
        "reviews/<pk>/reply", "POST", 'mutation($id: ID!) { replyToReview(reviewId: $id, reply: "Thanks.") { success } }',
        lambda w, p: {"id": str(w.review.pk)},
        form=Form("reply-to-review", lambda w, p: {"reply": "Thanks."}, lambda w, p: [w.review.pk]),
    ),
    "startConversation": Operation(
        "conversations", "POST",
        "mutation($input: StartConversationInput!) { startConversation(input: $input) { success } }",
        lambda w, p: {"input": _with_whom(w, p)},
        form=Form("start-conversation", lambda w, p: {"user": _with_whom(w, p).get("userId", ""), "job": _with_whom(w, p).get("jobId", "")}),
    ),
    "sendMessage": Operation(
        "conversations/<conversation_id>/messages", "POST",
        'mutation($id: ID!) { sendMessage(conversationId: $id, input: {text: "Hello."}) { sent { text } } }', _talk,
        frames=(
            Frame("message:send", _in_talk(message={"text": "Hello."})),
            Frame("typing:start", _in_talk(), records=False), Frame("typing:stop", _in_talk(), records=False),
        ),
        form=Form("conversation-page", lambda w, p: {"text": "Hello."}, lambda w, p: [w.talk_of(p).pk]),
    ),
    "sendMessage that is wrong": Operation(
        "conversations/<conversation_id>/messages", "POST",
        'mutation($id: ID!) { sendMessage(conversationId: $id, input: {text: ""}) { sent { text } } }', _talk, {"text": ""},
        frames=(Frame("message:send", _in_talk(message={"text": ""}), not_by=("key_without",)),),
    ),
    "markConversationRead": Operation(
        "conversations/<pk>/read", "POST",
        "mutation($id: ID!) { markConversationRead(conversationId: $id, sequence: 1) { success } }", _talk,
        frames=(Frame("message:read", _in_talk(sequence=1)),),
    ),
    "markNotificationsRead": Operation(
        "notifications/read", "POST", "mutation { markNotificationsRead }", lambda w, p: {}, {}, form=Form("notices"),
    ),
    "signUp": Operation(
        "auth/signup", "POST", f"mutation($input: SignUpInput!) {{ signUp(input: $input) {AUTH} }}",
        lambda w, p: {"input": {**NEW, "role": "HOMEOWNER"}}, form=Form("sign-up", lambda w, p: {**NEW, "role": "homeowner"}),
    ),
    "signUp as somebody who is there": Operation(
        "auth/signup", "POST", f"mutation($input: SignUpInput!) {{ signUp(input: $input) {AUTH} }}",
        lambda w, p: {"input": {**NEW, "email": w.people["owner"].person.email, "role": "HOMEOWNER"}},
        lambda w, p: {**NEW, "email": w.people["owner"].person.email, "role": "homeowner"},
        form=Form("sign-up", lambda w, p: {**NEW, "email": w.people["owner"].person.email, "role": "homeowner"}),
    ),
    "signIn": Operation(
        "auth/signin", "POST", f"mutation($input: SignInInput!) {{ signIn(input: $input) {AUTH} }}",
        lambda w, p: {"input": {name: NEW[name] for name in ("email", "password")}},
        form=Form("sign-in", lambda w, p: {name: NEW[name] for name in ("email", "password")}),
    ),
    "refreshToken": Operation(
        "auth/refresh", "POST", f"mutation($token: String!) {{ refreshToken(token: $token) {AUTH} }}",
        lambda w, p: {"token": _refresh_token(w, p)}, lambda w, p: {"refreshToken": _refresh_token(w, p)},
    ),
    "signOut": Operation("auth/signout", "POST", "mutation { signOut }", lambda w, p: {}, {}),
    "uploadImage": Operation(
        "images", "POST", "mutation($file: Upload!) { uploadImage(file: $file) { image { width mimetype } } }", lambda w, p: {"file": _picture()},
    ),
    "job": Operation(
        "jobs/<pk>", "GET", "query($id: ID!) { job(id: $id) { id title budget location { lat lng address } "
        "distanceKm createdAt images { id } user { id name avatar createdAt } } }", _job,
        frames=(Frame("job:watch", lambda w, p: {"jobId": _job(w, p)["id"]}, records=False, not_by=("anonymous",)),),
    ),
    "jobs": Operation("jobs", "GET", "{ jobs { totalCount } }", lambda w, p: {}),
    "contractor": Operation(
        "contractors/<pk>", "GET", "query($id: ID!) { contractor(id: $id) { id businessName bio skills "
        "rating location { lat lng } availability { isAvailable nextAvailable } portfolio { id title } } }",
        lambda w, p: {"id": str(w.people["bidder"].id)},
    ),
    "contractors": Operation("contractors", "GET", "{ contractors { totalCount } }", lambda w, p: {}),
    "conversation": Operation(
        "conversations/<pk>", "GET", "query($id: ID!) { conversation(id: $id) { id unreadCount "
        "participants { id name } lastMessage { id text sequence } } }", _talk,
        frames=(Frame("join:conversation", _in_talk(), records=False),),
    ),
    "conversations": Operation("conversations", "GET", "{ conversations { totalCount } }", lambda w, p: {}),
    "notifications": Operation("notifications", "GET", "{ notifications { totalCount } }", lambda w, p: {}),
    "search": Operation("search", "GET", '{ search(query: "tap", type: ALL) { totalCount } }', lambda w, p: {}),
    "me": Operation("users/me", "GET", "{ me { id name email role createdAt } }", lambda w, p: {}, not_by=("anonymous",)),
    "analytics": Operation(
        "analytics", "GET", '{ analytics(dateRange: {from: "2026-01-01T00:00:00Z", to: "2026-06-01T00:00:00Z"}) { jobsPosted } }',
        lambda w, p: {}, query="?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z",
    ),
}  # fmt: skip
