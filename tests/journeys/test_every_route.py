"""A homeowner and a contractor, from sign-up to leaving, over HTTP on a running site: every route of the API on their way."""

import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from mintenance.launcher.places import PASSABLE
from tests.accounts.images.corpus import jpeg
from tests.authz.test_matrix import ROUTES
from tests.contractors.conftest import PDF
from tests.harness.site import Site, site

PASSWORD = "a-long-pass-phrase-1"
JOB = {"title": "Mend a dripping tap", "description": "It drips day and night.", "category": "plumbing", "budget": 120,
       "location": {"lat": 51.5012, "lng": -0.1412, "address": "1 The Mall"}, "status": "posted"}  # fmt: skip
_WHOLE = {route: re.compile(re.sub(r"<\w+>", "[^/]+", route)) for route, _ in ROUTES}


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    """A web process and a worker."""
    with tempfile.TemporaryDirectory(prefix="mintenance-routes-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), worker=True) as one:
            yield one


@dataclass
class Walk:
    """Asks, and keeps which routes have answered well."""

    url: str
    walked: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, method: str, path: str, body: Any = None, *, by: str = "", status: int = 200, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {by}"} if by else {}
        answer = httpx.request(method, f"{self.url}/api/v2/{path}", json=body, headers=headers, timeout=30, **more)
        assert answer.status_code == status, (method, path, answer.text)
        bare = path.partition("?")[0]
        routes = [route for route in _WHOLE if _WHOLE[route].fullmatch(bare)]
        exact = [route for route in routes if "<" not in route] or routes
        self.walked.add((exact[0], method))
        return answer.json().get("data") if answer.content and "json" in answer.headers["content-type"] else None


def newest_mail(running: Site, to: str, about: str) -> str:
    """The token in the newest mail to this address with these words in its subject."""
    folder = Path(running.environment["VAR_DIR"]) / "mail"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for file in sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            if mail["To"] == to and about in mail["Subject"]:
                return mail.get_body(("plain",)).get_content().split("?token=")[1].split()[0]  # type: ignore[union-attr]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {to} about {about}")


def sign_up(walk: Walk, role: str, name: str) -> tuple[str, Any]:
    body = {"email": f"{name.lower()}@example.org", "password": PASSWORD, "name": name, "role": role}
    walk.ask("POST", "auth/signup", body, status=201)
    data = walk.ask("POST", "auth/signin", {"email": body["email"], "password": PASSWORD})
    data = walk.ask("POST", "auth/refresh", {"refreshToken": data["refreshToken"]})
    return data["accessToken"], data


def a_person_arranges_themselves(walk: Walk, running: Site, token: str, email: str) -> str:
    """Address, password, picture, sessions; the token to go on with."""
    walk.ask("POST", "auth/email/resend", {"email": email}, status=204)
    walk.ask("POST", "auth/email/verify", {"token": newest_mail(running, email, "Confirm")}, status=204)
    picture = walk.ask("POST", "images", by=token, status=201, files={"file": ("me.jpg", BytesIO(jpeg()))})
    walk.ask("PATCH", "users/me", {"avatar": picture["id"]}, by=token)
    walk.ask("GET", f"images/{picture['id']}")
    spare = walk.ask("POST", "images", by=token, status=201, files={"file": ("spare.jpg", BytesIO(jpeg()))})
    walk.ask("DELETE", f"images/{spare['id']}", by=token, status=204)
    me = walk.ask("GET", "users/me", by=token)
    walk.ask("GET", f"users/{me['id']}")
    walk.ask("POST", "auth/signin", {"email": email, "password": PASSWORD})
    others = [one for one in walk.ask("GET", "users/me/sessions", by=token) if not one.get("isCurrent")]
    walk.ask("DELETE", f"users/me/sessions/{others[0]['id']}", by=token, status=204)
    walk.ask("DELETE", "users/me/sessions", by=token, status=204)
    walk.ask("POST", "auth/password/reset", {"email": email}, status=204)
    reset = {"token": newest_mail(running, email, "new password"), "password": PASSWORD + "2"}
    walk.ask("POST", "auth/password/reset/confirm", reset, status=204)
    data = walk.ask("POST", "auth/signin", {"email": email, "password": PASSWORD + "2"})
    change = {"currentPassword": PASSWORD + "2", "newPassword": PASSWORD}
    walk.ask("POST", "users/me/password", change, by=data["accessToken"], status=204)
    again = walk.ask("POST", "auth/signin", {"email": email, "password": PASSWORD})
    return str(again["accessToken"])


def a_contractor_shows_themselves(walk: Walk, token: str) -> None:
    """Profile, portfolio, documents, keys, searches."""
    walk.ask("PATCH", "contractors/me", {"bio": "Taps.", "location": {"lat": 51.5, "lng": -0.14}}, by=token)
    walk.ask("GET", "contractors/me", by=token)
    item = walk.ask("POST", "contractors/me/portfolio", {"title": "A wall"}, by=token, status=201)
    walk.ask("PATCH", f"contractors/me/portfolio/{item['id']}", {"title": "A long wall"}, by=token)
    walk.ask("GET", f"contractors/me/portfolio/{item['id']}", by=token)
    walk.ask("GET", "contractors/me/portfolio", by=token)
    walk.ask("DELETE", f"contractors/me/portfolio/{item['id']}", by=token, status=204)
    paper = walk.ask(
        "POST",
        "contractors/me/documents",
        by=token,
        status=201,
        files={"file": ("a.pdf", PDF)},
        data={"kind": "licence"},
    )
    walk.ask("GET", "contractors/me/documents", by=token)
    walk.ask("GET", f"contractors/me/documents/{paper['id']}", by=token)
    walk.ask("POST", f"contractors/me/documents/{paper['id']}/link", {}, by=token)
    walk.ask("DELETE", f"contractors/me/documents/{paper['id']}", by=token, status=204)
    key = walk.ask("POST", "api-keys", {"name": "A program", "scopes": ["bids:read"]}, by=token, status=201)
    walk.ask("GET", "api-keys", by=token)
    walk.ask("GET", f"api-keys/{key['id']}", by=token)
    walk.ask("POST", f"api-keys/{key['id']}/rotate", {}, by=token)
    walk.ask("DELETE", f"api-keys/{key['id']}", by=token, status=204)
    search = walk.ask("POST", "saved-searches", {"name": "Taps", "q": "tap"}, by=token, status=201)
    walk.ask("GET", "saved-searches", by=token)
    walk.ask("GET", f"saved-searches/{search['id']}", by=token)
    walk.ask("PATCH", f"saved-searches/{search['id']}", {"name": "All taps"}, by=token)
    walk.ask("DELETE", f"saved-searches/{search['id']}", by=token, status=204)
    walk.ask("POST", "saved-searches", {"name": "Taps", "q": "tap"}, by=token, status=201)


def a_job_is_won(walk: Walk, ann: str, carl: str, dora: str) -> str:
    """Posted, found, bid for, won; and another one taken back."""
    draft = walk.ask("POST", "jobs", {**JOB, "status": "draft"}, by=ann, status=201)
    walk.ask("PUT", f"jobs/{draft['id']}", {**JOB, "status": "draft", "title": "Mend two taps"}, by=ann)
    walk.ask("DELETE", f"jobs/{draft['id']}", by=ann, status=204)
    job = walk.ask("POST", "jobs", JOB, by=ann, status=201)
    walk.ask("GET", f"jobs/{job['id']}")
    assert walk.ask("GET", "jobs?lat=51.5&lng=-0.14&radius=10", by=carl)[0]["id"] == job["id"]
    assert walk.ask("GET", "search?q=drippng tap", by=carl)["jobs"][0]["id"] == job["id"]
    walk.ask("POST", "reports", {"targetType": "job", "targetId": job["id"], "reason": "other"}, by=carl, status=201)
    report = walk.ask("GET", "reports", by=carl)[0]
    walk.ask("GET", f"reports/{report['id']}", by=carl)
    bids = f"jobs/{job['id']}/bids"
    rejected, mine = (
        walk.ask("POST", bids, {"amount": 100, "message": "I can."}, by=who, status=201) for who in (dora, carl)
    )
    walk.ask("POST", f"{bids}/{rejected['id']}/reject", {"reason": "Too dear."}, by=ann)
    walk.ask("POST", f"{bids}/{mine['id']}/withdraw", {}, by=carl)
    mine = walk.ask("POST", bids, {"amount": 95, "message": "Cheaper."}, by=carl, status=201)
    walk.ask("PATCH", f"jobs/{job['id']}", {"budget": 110}, by=ann)
    walk.ask("POST", f"{bids}/{mine['id']}/confirm", {}, by=carl)
    walk.ask("PATCH", f"{bids}/{mine['id']}", {"amount": 94}, by=carl)
    walk.ask("GET", f"{bids}/{mine['id']}", by=ann)
    assert len(walk.ask("GET", bids, by=ann)) == 3
    walk.ask("GET", "bids", by=carl)
    walk.ask("POST", f"{bids}/{mine['id']}/accept", {}, by=ann)
    return str(job["id"])


def and_reviewed(walk: Walk, job: str, ann: str, carl: str) -> None:
    """From the acceptance on."""
    walk.ask("PATCH", f"jobs/{job}", {"status": "in_progress"}, by=carl)
    walk.ask("POST", f"jobs/{job}/completion-request", {}, by=carl)
    walk.ask("PATCH", f"jobs/{job}", {"status": "completed"}, by=ann)
    review = walk.ask("POST", f"jobs/{job}/review", {"rating": 5, "comment": "Dry."}, by=ann, status=201)
    walk.ask("GET", f"reviews/{review['id']}")
    walk.ask("POST", f"reviews/{review['id']}/reply", {"reply": "Thanks."}, by=carl)
    contractor = walk.ask("GET", "contractors?minRating=5")[0]
    assert walk.ask("GET", f"contractors/{contractor['id']}")["completedJobs"] == 1
    walk.ask("GET", f"contractors/{contractor['id']}/reviews")


def they_talk(walk: Walk, ann: str, carl: str) -> None:
    """In the conversation that the acceptance has opened, and in one of their own."""
    (opened,) = walk.ask("GET", "conversations", by=carl)
    own = walk.ask(
        "POST", "conversations", {"userId": opened["participants"][1]["id"], "text": "Hi."}, by=ann, status=201
    )
    assert own["id"] != opened["id"] or own["jobId"] is None
    path = f"conversations/{opened['id']}"
    walk.ask("POST", f"{path}/messages", {"text": "When do you come?"}, by=ann, status=201)
    assert walk.ask("GET", path, by=carl)["unreadCount"] == 1
    (said,) = walk.ask("GET", f"{path}/messages", by=carl)
    walk.ask("POST", f"{path}/read", {"sequence": said["sequence"]}, by=carl)


def events_are_sent_on(walk: Walk, token: str) -> None:
    """An endpoint for a program, from its beginning to its end."""
    assert len(walk.ask("GET", "webhooks/event-types")) > 20
    body = {"url": "https://93.184.215.14/hook", "events": ["bid.*"]}
    path = f"webhooks/{walk.ask('POST', 'webhooks', body, by=token, status=201)['id']}"
    assert len(walk.ask("GET", "webhooks", by=token)) == 1
    walk.ask("GET", path, by=token)
    walk.ask("POST", f"{path}/rotate-secret", {}, by=token)
    ping = walk.ask("POST", f"{path}/test", {}, by=token, status=202)
    walk.ask("GET", f"{path}/deliveries", by=token)
    walk.ask("GET", f"{path}/deliveries/{ping['id']}", by=token)
    walk.ask("POST", f"{path}/deliveries/{ping['id']}/redeliver", {}, by=token, status=202)
    walk.ask("POST", f"{path}/replay", {"after": "evt_0000000000000000"}, by=token, status=202)
    walk.ask("PATCH", path, {"status": "disabled"}, by=token)
    walk.ask("DELETE", path, by=token, status=204)


def test_every_route_on_the_way(running: Site) -> None:
    walk = Walk(running.urls[0])
    for name in ("openapi.json", "openapi.yaml"):
        walk.ask("GET", name)
    ann, _ = sign_up(walk, "homeowner", "Ann")
    carl, _ = sign_up(walk, "contractor", "Carl")
    dora, last = sign_up(walk, "contractor", "Dora")
    ann = a_person_arranges_themselves(walk, running, ann, "ann@example.org")
    a_contractor_shows_themselves(walk, carl)
    and_reviewed(walk, a_job_is_won(walk, ann, carl, dora), ann, carl)
    they_talk(walk, ann, carl)
    events_are_sent_on(walk, carl)
    deadline = time.monotonic() + 20
    while not (told := walk.ask("GET", "notifications", by=carl)):
        assert time.monotonic() < deadline, "the saved search was not told of the job"
        time.sleep(0.2)
    walk.ask("GET", "notifications/preferences", by=carl)
    walk.ask("PATCH", "notifications/preferences", {"job.posted": {"email": False}}, by=carl)
    walk.ask("POST", "notifications/read", {"ids": [told[0]["id"]]}, by=carl)
    ticket = walk.ask("POST", "notifications/ticket", {}, by=carl)["ticket"]
    with httpx.stream("GET", f"{walk.url}/api/v2/notifications/stream?ticket={ticket}", timeout=10) as answer:
        assert next(answer.iter_lines()) == "retry: 3000"
        walk.walked.add(("notifications/stream", "GET"))
    assert walk.ask("GET", "analytics", by=ann)["jobsCompleted"] == 1
    assert {event["type"] for event in walk.ask("GET", "events?limit=500", by=carl)} >= {
        "bid.accepted", "job.completed", "review.created", "message.created", "conversation.created",
    }  # fmt: skip
    walk.ask("GET", "users/me/export", by=ann)
    walk.ask("POST", "auth/signout", {"refreshToken": last["refreshToken"]}, by=dora, status=204)
    walk.ask("DELETE", "users/me", by=ann, status=204)
    assert set(ROUTES) - walk.walked == set()
    assert running.failures() == []
