"""`/ws` on real processes: with Redis between two of them, and in one without."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mintenance.launcher.places import PASSABLE
from tests.faults.people import Person, make_job, make_people
from tests.harness.site import Site, site
from tests.harness.sockets import Client


@pytest.fixture(scope="module", params=["one process", "two processes and Redis"])
def running(request: Any) -> Iterator[Site]:
    """A site of one process without Redis, and one of two with it."""
    several = request.param != "one process"
    environment = {} if several else {"REDIS_URL": ""}
    with tempfile.TemporaryDirectory(prefix="mintenance-sockets-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=2 if several else 1, worker=True, **environment) as it:
            if not several:
                it.urls.append(it.urls[0])
            yield it


@pytest.fixture(autouse=True)
def _as_documented() -> Iterator[None]:
    """Every frame that comes in these tests is as realtime.json and events.json say."""
    Client.made.clear()
    yield
    assert [problem for one in Client.made for problem in one.problems] == []


@pytest.fixture
def pair(running: Site) -> tuple[Person, Person, str]:
    """Ann the homeowner, Carl the contractor, and their conversation."""
    (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
    body = {"userId": str(carl.id)}
    answer = httpx.post(f"{running.urls[0]}/api/v2/conversations", json=body, headers=ann.headers)
    assert answer.status_code == 201, answer.text
    return ann, carl, answer.json()["data"]["id"]


def clients(running: Site, *people: Person) -> list[Client]:
    """A socket each, on the processes in turn, connected."""
    made = [Client(running.urls[number % 2], one.headers) for number, one in enumerate(people)]
    for one in made:
        one.wait_for("connected")
    return made


def message(talk: str, text: str, **more: Any) -> dict[str, Any]:
    return {"conversationId": talk, "message": {"text": text}, **more}


class TestSigningIn:
    def test_by_header_by_protocol_and_by_a_first_frame(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        by_header = Client(running.urls[0], ann.headers)
        by_protocol = Client(running.urls[0], subprotocols=["mintenance", f"bearer.{ann.pair.access}"])
        by_frame = Client(running.urls[1])
        by_frame.send("auth", {"token": ann.pair.access})
        for one in (by_header, by_protocol, by_frame):
            assert one.wait_for("connected")["data"]["userId"] == str(ann.id)
            one.close()
        assert by_protocol.socket.subprotocol == "mintenance"

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
    def test_a_bad_token_closes_it(self, running: Site, token: str) -> None:
        one = Client(running.urls[0])
        one.send("auth", {"token": token} if token else {"token": "mtn_abcdefgh_x"})
        assert one.wait_closed() == 4401

    def test_nothing_is_done_before_the_sign_in(self, running: Site) -> None:
        one = Client(running.urls[0])
        one.send("ping")
        assert one.wait_closed() == 4401
        silent = Client(running.urls[0])
        assert silent.wait_closed(8) == 4401

    def test_whoever_is_suspended_is_out_within_five_seconds(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        (one,) = clients(running, ann)
        running.sql("UPDATE accounts_person SET suspended_at = now() WHERE id = %s", [ann.id])
        began = time.monotonic()
        assert one.wait_closed() == 4403
        assert time.monotonic() - began < 5
        assert Client(running.urls[0], ann.headers).wait_closed(8) in (4401, 4403)

    def test_whoever_signs_out_is_out(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        (one,) = clients(running, ann)
        running.sql("UPDATE accounts_session SET ended_at = now() WHERE id = %s", [ann.session])
        assert one.wait_closed() == 4401

    def test_a_page_signs_in_by_its_cookie_from_an_allowed_origin_alone(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        key = running.manage("shell", "-v", "0", "-c", _COOKIE.format(id=ann.id)).strip().splitlines()[-1]
        cookie = {"Cookie": f"session={key}"}
        here = Client(running.urls[0], {**cookie, "Origin": running.urls[0]})
        assert here.wait_for("connected")["data"]["userId"] == str(ann.id)
        elsewhere = Client(running.urls[0], {**cookie, "Origin": "https://evil.example"})
        assert elsewhere.wait_closed(8) == 4401
        here.close()

    def test_no_socket_has_another_address(self, running: Site) -> None:
        with pytest.raises(InvalidStatus) as refused:
            Client(f"{running.urls[0]}/nowhere")
        assert refused.value.response.status_code == 403


_COOKIE = """
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import Person
p = Person.objects.get(pk="{id}")
s = SessionStore()
s[SESSION_KEY] = str(p.pk)
s[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
s[HASH_SESSION_KEY] = p.get_session_auth_hash()
s.save()
print(s.session_key)
"""


class TestChat:
    def test_a_message_comes_to_both_and_is_acknowledged(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        joined = carls.ask("join:conversation", talk)
        assert joined["event"] == "ack"
        assert carls.wait_for("joined:conversation")["data"] == {"conversationId": talk, "sequence": 0}
        ack = anns.ask("message:send", message(talk, "Hello <b>"))
        assert (ack["event"], ack["data"]["text"], ack["data"]["sequence"]) == ("ack", "Hello <b>", 1)
        for one in (anns, carls):
            event = one.wait_for("message:received")
            assert (event["type"], event["data"]) == ("message.created", ack["data"])
            assert event["id"].startswith("evt_")
        logged = httpx.get(f"{running.urls[0]}/api/v2/events?type=message.*", headers=carl.headers).json()["data"]
        assert {**logged[-1], "event": "message:received"} == event

    def test_the_same_client_id_is_the_same_message(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        first = anns.ask("message:send", message(talk, "Once.", clientId="c1"))
        again = anns.ask("message:send", message(talk, "Once.", clientId="c1"))
        assert first["data"] == again["data"]
        anns.ask("message:send", message(talk, "Twice."))
        carls.wait(lambda frame: frame["event"] == "message:received" and frame["data"]["sequence"] == 2)
        assert [frame["data"]["text"] for frame in carls.all_of("message:received")] == ["Once.", "Twice."]

    def test_reading_is_told(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        anns.ask("message:send", message(talk, "One."))
        assert carls.ask("message:read", {"conversationId": talk, "sequence": 1})["event"] == "ack"
        told = anns.wait_for("message:read")
        assert told["data"] == {"conversationId": talk, "userId": str(carl.id), "sequence": 1}

    def test_what_was_missed_comes_when_a_conversation_is_joined(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        (anns,) = clients(running, ann)
        for number in range(5):
            anns.ask("message:send", message(talk, f"Number {number}"))
        (carls,) = clients(running, carl)
        carls.ask("join:conversation", {"conversationId": talk, "after": 2})
        carls.wait(lambda frame: frame["event"] == "message:received" and frame["data"]["sequence"] == 5)
        joined = next(n for n, frame in enumerate(carls.frames) if frame["event"] == "joined:conversation")
        missed = [frame for frame in carls.frames[joined:] if frame["event"] == "message:received"][:3]
        assert [frame["data"]["sequence"] for frame in missed] == [3, 4, 5]  # the newest may have come by itself before
        own = [frame for frame in anns.all_of("message:received") if frame["data"]["sequence"] > 2]
        assert missed == own

    def test_strangers_to_a_conversation_get_nothing(self, running: Site, pair: Any) -> None:
        ann, _, talk = pair
        (eve,) = make_people(running, "contractor", 1)
        anns, eves = clients(running, ann, eve)
        for event, data in (
            ("join:conversation", talk),
            ("message:send", message(talk, "Let me in.")),
            ("message:read", {"conversationId": talk}),
            ("typing:start", talk),
        ):
            answer = eves.ask(event, data)
            assert (answer["event"], answer["data"]["code"]) == ("error", "not_found"), event
        anns.ask("message:send", message(talk, "Between us."))
        time.sleep(0.5)
        assert eves.all_of("message:received") == []
        assert running.sql("SELECT count(*) FROM messaging_message WHERE conversation_id = %s", [talk]) == [(1,)]

    def test_no_mail_and_no_notification_while_it_is_open(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        carls.ask("join:conversation", talk)
        anns.ask("message:send", message(talk, "Seen."))
        time.sleep(1.5)
        assert carls.all_of("notification") == []
        carls.ask("leave:conversation", talk)
        anns.ask("message:send", message(talk, "Not seen."))
        assert carls.wait_for("notification")["data"]["type"] == "message.created"
        assert len(carls.all_of("notification")) == 1


class TestTyping:
    def test_it_is_told_to_the_other_and_ends(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        anns.send("typing:start", talk)
        assert carls.wait_for("typing:user")["data"] == {
            "conversationId": talk,
            "userId": str(ann.id),
            "isTyping": True,
        }
        anns.send("typing:stop", talk)
        carls.wait(lambda frame: frame["event"] == "typing:user" and not frame["data"]["isTyping"])
        anns.send("typing:start", talk)
        before = len(carls.frames)
        carls.wait_for("typing:user", after=before)
        anns.close()
        carls.wait(lambda f: f["event"] == "typing:user" and not f["data"]["isTyping"], after=before + 1)
        assert anns.all_of("typing:user") == []

    def test_it_ends_by_itself_after_eight_seconds(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        anns.send("typing:start", talk)
        carls.wait_for("typing:user")
        began = time.monotonic()
        carls.wait(lambda frame: frame["event"] == "typing:user" and not frame["data"]["isTyping"], 12)
        assert 6 < time.monotonic() - began < 10.5


class TestPresence:
    def test_coming_saying_and_going_is_told_to_those_who_share_a_conversation(self, running: Site, pair: Any) -> None:
        ann, carl, _ = pair
        (eve,) = make_people(running, "contractor", 1)
        anns, eves = clients(running, ann, eve)
        first, second = clients(running, carl, carl)
        came = anns.wait(lambda frame: frame["event"] == "presence:changed")
        assert (came["data"]["userId"], came["data"]["status"]) == (str(carl.id), "online")
        second.ask("presence:update", "busy")
        anns.wait(lambda frame: frame["event"] == "presence:changed" and frame["data"]["status"] == "busy")
        found = anns.ask("presence:query", [str(carl.id), str(eve.id)])["data"]
        assert found[str(carl.id)]["status"] == "busy"
        assert found[str(eve.id)] == {"status": "offline", "lastSeen": None}
        second.close()
        anns.wait(
            lambda f: f["event"] == "presence:changed" and f["data"]["status"] == "online", after=len(anns.frames) - 1
        )
        assert [f for f in anns.all_of("presence:changed") if f["data"]["status"] == "offline"] == []
        first.close()
        gone = anns.wait(lambda frame: frame["event"] == "presence:changed" and frame["data"]["status"] == "offline", 3)
        assert gone["data"]["lastSeen"]
        assert eves.all_of("presence:changed") == []

    def test_twenty_sockets_and_no_more(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        twenty = clients(running, *[ann] * 20)
        time.sleep(0.2)
        assert Client(running.urls[1], ann.headers).wait_closed() == 4429
        twenty.pop().close()
        time.sleep(0.3)
        clients(running, ann)


class TestWhatHappens:
    def test_bids_jobs_and_notifications_come_by_their_names(self, running: Site) -> None:
        (ann,), (carl, dora) = make_people(running, "homeowner", 1), make_people(running, "contractor", 2)
        job = make_job(running, ann)
        anns, carls, doras = clients(running, ann, carl, dora)
        assert doras.ask("job:watch", str(job))["data"] == {"jobId": str(job)}
        (bid,) = make_bids_by_rest(running, job, carl)
        event = anns.wait_for("bid:received")
        assert (event["type"], event["data"]["id"], event["data"]["amount"]) == ("bid.created", bid, 100)
        assert anns.wait_for("notification")["data"]["type"] == "bid.created"
        url = f"{running.urls[0]}/api/v2/jobs/{job}/bids/{bid}/accept"
        httpx.post(url, headers=ann.headers).raise_for_status()
        for one in (anns, carls, doras):
            changed = one.wait(lambda frame: frame.get("type") == "job.assigned")
            assert (changed["event"], changed["data"]["id"]) == ("job:updated", str(job))
        assert carls.wait_for("conversation:created")["type"] == "conversation.created"
        assert carls.wait_for("bid.accepted")["data"]["id"] == bid
        assert [frame for frame in doras.frames if frame["event"].startswith("bid")] == []
        assert "address" not in json.dumps(doras.wait_for("job:updated")["data"].get("location"))

    def test_a_job_that_may_not_be_seen_cannot_be_watched(self, running: Site) -> None:
        (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
        draft = {"title": "Mend a tap", "description": "It drips.", "category": "plumbing", "budget": 100,
                 "location": {"lat": 51.5, "lng": -0.14}, "status": "draft"}  # fmt: skip
        answer = httpx.post(f"{running.urls[0]}/api/v2/jobs", json=draft, headers=ann.headers)
        assert answer.status_code == 201, answer.text
        made = answer.json()["data"]["id"]
        (carls,) = clients(running, carl)
        assert carls.ask("job:watch", made)["data"]["code"] == "not_found"


def make_bids_by_rest(running: Site, job: Any, by: Person) -> list[str]:
    offer = {"amount": 100, "message": "I can."}
    answer = httpx.post(f"{running.urls[0]}/api/v2/jobs/{job}/bids", json=offer, headers=by.headers)
    assert answer.status_code == 201, answer.text
    return [answer.json()["data"]["id"]]


class TestResuming:
    def test_everything_since_in_order_and_once(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        cursor = carls.wait_for("connected")["data"]["cursor"]
        carls.close()
        for number in range(30):
            anns.ask("message:send", message(talk, f"{number}"))
        (again,) = clients(running, carl)
        again.send("resume", {"after": cursor})
        done = again.wait_for("resumed")
        assert done["data"]["cursor"] >= again.all_of("message:received")[-1]["id"]
        anns.ask("message:send", message(talk, "30"))
        again.wait(lambda frame: frame["event"] == "message:received" and frame["data"]["text"] == "30")
        begun = next(n for n, frame in enumerate(again.frames) if frame["event"] == "resuming")
        texts = [f["data"]["text"] for f in again.frames[begun:] if f["event"] == "message:received"]
        assert texts == [str(number) for number in range(31)]
        ids = [frame["id"] for frame in again.frames[begun:] if "id" in frame]
        assert ids == sorted(set(ids))

    @pytest.mark.parametrize("after", ["x", "evt_ffffffffffffffff", "evt_7fffffffffffffff"])
    def test_a_senseless_cursor_is_refused(self, running: Site, after: str) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        (anns,) = clients(running, ann)
        assert anns.ask("resume", {"after": after})["data"]["code"] == "invalid_cursor"


class TestBadFrames:
    def test_what_is_no_object_closes_it(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        for text in ("[1]", "3", '"x"', "null", "{", "", "{'a': 1}", "NaN"):
            (one,) = clients(running, ann)
            one.socket.send(text)
            assert one.wait_closed() == 4400, text

    def test_binary_and_oversize_frames_close_it(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        (binary, large, exact) = clients(running, ann, ann, ann)
        binary.socket.send(b"{}")
        assert binary.wait_closed() == 1003
        exact.socket.send(json.dumps({"event": "ping", "x": ""})[:-2] + "y" * (65536 - 26) + '"}')
        exact.ask("presence:update", "online")
        with suppress(ConnectionClosed):
            large.socket.send(json.dumps({"event": "ping", "data": "y" * 65536}))
        assert large.wait_closed() == 1009

    def test_three_hundred_kinds_of_nonsense_kill_nothing(self, running: Site, pair: Any) -> None:
        ann, _, talk = pair
        (anns,) = clients(running, ann)
        values: list[Any] = [
            None, True, 0, -1, 1.5, 10**30, "", "x", "\u0000", "é" * 6000, [], [[]], {}, {"a": {}}, talk, [talk],
            {"conversationId": talk}, {"conversationId": 5}, {"conversationId": talk, "after": -1},
            {"conversationId": talk, "message": None}, {"conversationId": talk, "message": {"text": ""}},
            {"conversationId": talk, "message": {"text": "x" * 5001}}, {"conversationId": talk, "sequence": "1"},
            {"conversationId": talk, "message": {"text": "x", "images": ["nothing"]}}, {"token": 1}, {"status": "dead"},
        ]  # fmt: skip
        names = ["auth", "join:conversation", "leave:conversation", "message:send", "message:read", "typing:start",
                 "typing:stop", "presence:update", "presence:query", "job:watch", "job:unwatch", "resume"]  # fmt: skip
        sent = 0
        for name in names:
            for value in values:
                anns.send(name, value, ref=sent)
                sent += 1
        for frame in ({}, {"event": None}, {"event": 5}, {"event": "nothing"}, {"event": "ping", "ref": {}}):
            anns.socket.send(json.dumps(frame))
        anns.wait(lambda frame: frame.get("ref") == sent - 1, 30)
        assert anns.ask("presence:update", "online")["event"] == "ack"
        errors = anns.all_of("error")
        assert sent >= 300
        assert len(errors) >= 250
        assert {frame["data"]["code"] for frame in errors if frame["data"]["code"].startswith("internal")} == set()
        assert running.failures() == []


class TestLimits:
    def test_a_hundred_frames_a_minute(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        url = running.start_web(RATE_LIMITS="on", RATE_FRAMES="5", REDIS_URL=running.environment.get("REDIS_URL", ""))
        running.urls.pop()
        one = Client(url, ann.headers)
        one.wait_for("connected")
        for _ in range(5):
            assert one.ask("presence:update", "online")["event"] == "ack"
        refused = one.ask("presence:update", "online")
        assert (refused["event"], refused["data"]["code"]) == ("error", "rate_limit_exceeded")
        assert 1 <= refused["data"]["retryAfter"] <= 60
        one.send("ping")
        one.wait_for("pong")
        for _ in range(9):
            one.send("presence:update", "online")
        assert one.wait_closed() == 4429
