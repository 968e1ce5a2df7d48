"""The people of the matrix, what there is to act on, and a sound request for each route."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Image, Report
from contractors.models import Document, PortfolioItem
from jobs.services import review_contractor, save_search
from messaging.services import start_conversation
from tests import cast
from tests.accounts.images.corpus import jpeg
from tests.cast import JOB, Who
from webhooks import signing
from webhooks.models import Delivery, Endpoint

PRINCIPALS = (
    "anonymous",
    "owner",
    "homeowner",
    "bidder",
    "contractor",
    "assigned",
    "staff",
    "suspended",
    "key",
    "key_without",
)
SCOPES = ("jobs:read", "bids:read", "bids:write", "messages:read", "messages:write", "profile:write", "notifications:read",
          "events:read", "webhooks:manage", "analytics:read")  # fmt: skip


@dataclass
class World:
    """Ann's posted job with Carl's bid, her other one that Asa has won, and two that Asa has done, of which she has
    reviewed one; what Carl looks for, what he shows of his work, a paper of his, and what he writes to Ann. She talks
    with Asa too, since he has won a job."""

    people: dict[str, Who]
    posted: Any
    bid: Any
    running: Any
    won: Any
    image: Any
    report: Any
    done: Any
    review: Any
    search: Any
    item: Any
    paper: Any
    talk: Any
    hook: Any
    delivery: Any

    def job(self, principal: str) -> Any:
        """The job that this principal acts on."""
        return self.running if principal == "assigned" else self.posted

    def talk_of(self, principal: str) -> Any:
        """The conversation that this principal looks at."""
        return self.running.conversations.get() if principal == "assigned" else self.talk

    def bid_for(self, principal: str) -> Any:
        """The bid that this principal acts on."""
        return self.won if principal == "assigned" else self.bid


def make_world() -> World:
    """Everybody, and what is theirs."""
    ann, carl, asa = cast.homeowner(), cast.contractor(), cast.contractor()
    posted, running = cast.job_of(ann), cast.assigned(ann, asa)
    people = {
        "anonymous": cast.STRANGER,
        "owner": ann,
        "homeowner": cast.homeowner(),
        "bidder": carl,
        "contractor": cast.contractor(),
        "assigned": asa,
        "staff": cast.staff(),
        "suspended": cast.contractor(suspended_at=posted.created_at),
        "key": carl.with_key(*SCOPES),
        "key_without": carl.with_key("webhooks:manage"),
    }
    for who in people.values():
        _ = who.headers
    image = Image.objects.create(
        owner_id=ann.id,
        filename="tap.jpg",
        mimetype="image/webp",
        width=1,
        height=1,
        size=1,
        key="k",
        thumbnail_key="t",
        sha256="0" * 64,
    )
    report = Report.objects.create(reporter_id=ann.id, target_type="user", target_id=carl.id, reason="spam")
    done, praised = (cast.moved(cast.assigned(ann, asa), "in_progress", "completed", by=ann) for _ in range(2))
    review = review_contractor(job_id=praised.pk, rating=5, comment="Good.", by=ann.actor)
    search = save_search(name="Taps", q="tap", by=carl.actor)
    bid = cast.bid_of(carl, posted)
    item = PortfolioItem.objects.create(contractor_id=carl.id, title="A wall")
    paper = Document.objects.create(contractor_id=carl.id, kind="licence", filename="a.pdf", size=1, key="d")
    talk, _ = start_conversation(job_id=posted.pk, text="Which tap is it?", by=carl.actor)
    hook = Endpoint.objects.create(
        person_id=carl.id, url=HOOK, events=["*"], secret=signing.encrypt(signing.make_secret()), after_position=0
    )
    delivery = Delivery.objects.create(
        endpoint=hook, event_id="evt_1", event_type="job.posted", resource_id=posted.pk, body="{}"
    )
    return World(
        people, posted, bid, running, running.bids.get(), image, report, done, review, search, item, paper, talk, hook,
        delivery,
    )  # fmt: skip


HOOK = "https://93.184.215.14/hook"  # an address, so that no name is looked up
_AUTH = {"email": "new@example.org", "password": cast.PASSWORD}
BODIES: dict[str, Callable[[World, str], Any]] = {
    "POST auth/signup": lambda w, p: {**_AUTH, "name": "New", "role": "homeowner"},
    "POST auth/signin": lambda w, p: _AUTH,
    "POST auth/refresh": lambda w, p: {"refreshToken": "x"},
    "POST auth/signout": lambda w, p: {},
    "POST auth/password/reset": lambda w, p: {"email": "new@example.org"},
    "POST auth/password/reset/confirm": lambda w, p: {"token": "x", "password": cast.PASSWORD},
    "POST auth/email/verify": lambda w, p: {"token": "x"},
    "POST auth/email/resend": lambda w, p: {"email": "new@example.org"},
    "POST reports": lambda w, p: {
        "targetType": "job",
        "targetId": str(w.job(p).pk),
        "reason": "spam",
        "comment": "Look.",
    },
    "PATCH users/me": lambda w, p: {"name": "New"},
    "POST users/me/password": lambda w, p: {"currentPassword": "wrong", "newPassword": cast.PASSWORD},
    "POST api-keys": lambda w, p: {"name": "A program", "scopes": ["jobs:read"]},
    "POST contractors/me/portfolio": lambda w, p: {"title": "A wall"},
    "PATCH contractors/me/portfolio/<pk>": lambda w, p: {"title": "A wall"},
    "PATCH notifications/preferences": lambda w, p: {"bid.created": {"email": False}},
    "POST conversations": lambda w, p: (
        {"userId": str(w.people["bidder"].id)} if p in ("owner", "homeowner") else {"jobId": str(w.posted.pk)}
    ),
    "POST conversations/<conversation_id>/messages": lambda w, p: {"text": "Hello."},
    "POST conversations/<pk>/read": lambda w, p: {"sequence": 1},
    "PATCH contractors/me": lambda w, p: {"bio": "New."},
    "POST jobs": lambda w, p: JOB,
    "PUT jobs/<pk>": lambda w, p: {**JOB, "title": "Mend both taps"},
    "PATCH jobs/<pk>": lambda w, p: {"title": "Mend both taps"},
    "POST jobs/<job_id>/bids": lambda w, p: {"amount": 5, "message": "Me."},
    "PATCH jobs/<job_id>/bids/<pk>": lambda w, p: {"amount": 5},
    "POST jobs/<job_id>/review": lambda w, p: {"rating": 4, "comment": "Good."},
    "POST reviews/<pk>/reply": lambda w, p: {"reply": "Thanks."},
    "POST saved-searches": lambda w, p: {"name": "Taps", "q": "tap"},
    "POST webhooks": lambda w, p: {"url": HOOK, "events": ["bid.*"]},
    "PATCH webhooks/<pk>": lambda w, p: {"description": "Mine."},
    "POST webhooks/<pk>/replay": lambda w, p: {"after": "evt_0000000000000000"},
    "PATCH saved-searches/<pk>": lambda w, p: {"q": "boiler"},
}


def request_for(world: World, principal: str, route: str, method: str) -> tuple[str, Any]:
    """The address and the body with which this principal tries the route."""
    who = world.people[principal]
    address = "search?q=tap" if route == "search" else route
    if route == "jobs/<job_id>/review":
        address, pk = route.replace("<job_id>", str(world.done.pk)), None
    elif route.startswith("jobs"):
        address = route.replace("<job_id>", str(world.job(principal).pk))
        pk = world.bid_for(principal).pk if "<job_id>" in route else world.job(principal).pk
    else:
        pk = {
            "users/<pk>": world.people["owner"].id,
            "contractors/<pk>": world.people["bidder"].id,
            "images/<pk>": world.image.pk,
            "reports/<pk>": world.report.pk,
            "reviews/<pk>": world.review.pk,
            "reviews/<pk>/reply": world.review.pk,
            "saved-searches/<pk>": world.search.pk,
            "contractors/me/portfolio/<pk>": world.item.pk,
            "contractors/me/documents/<pk>": world.paper.pk,
            "contractors/me/documents/<pk>/link": world.paper.pk,
            "conversations/<pk>": world.talk_of(principal).pk,
            "conversations/<pk>/read": world.talk_of(principal).pk,
        }.get(route, who.id or world.posted.pk)
        if route.startswith("webhooks/"):
            pk = world.delivery.pk if "deliveries" in route else world.hook.pk
        address = address.replace("<webhook_id>", str(world.hook.pk))
        address = address.replace("<conversation_id>", str(world.talk_of(principal).pk))
        address = address.replace("<contractor_id>", str(world.people["assigned"].id))
    make = BODIES.get(f"{method} {route}")
    if (method, route) == ("POST", "images"):
        return address, {"file": SimpleUploadedFile("tap.jpg", jpeg())}
    if (method, route) == ("POST", "contractors/me/documents"):
        return address, {"file": SimpleUploadedFile("tap.jpg", jpeg()), "kind": "licence"}
    return address.replace("<pk>", str(pk)), make(world, principal) if make else None
