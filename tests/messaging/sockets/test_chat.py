"""Messages, read marks, who types and who is there."""

import time
from typing import Any

import httpx

from tests.faults.people import make_people
from tests.harness.site import Site
from tests.harness.sockets import Client
from tests.messaging.sockets.talking import clients, message


class TestChat:
    def test_a_message_comes_to_both_and_is_acknowledged(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        joined = carls.ask("join:conversation", talk)
        assert joined["event"] == "ack"
        assert carls.wait_for("joined:conversation")["data"] == {"conversationId": talk, "sequence": 0}
        ack = anns.ask("message:send", message(talk, "Hello <b>"))
        assert (ack["event"], ack["data"]["text"], ack["data"]["sequence"]) == ("ack", "Hello <b>", 1)
        anns.wait_for("message:received")
        assert [f["event"] for f in anns.frames if f["event"] in ("ack", "message:received")] == [
            "ack",
            "message:received",
        ]
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

    def test_when_somebody_was_last_seen_outlives_the_processes(self, running: Site, pair: Any) -> None:
        ann, carl, _ = pair
        (carls,) = clients(running, carl)
        carls.close()
        deadline = time.monotonic() + 10
        while running.sql("SELECT last_seen_at FROM accounts_person WHERE id = %s", [carl.id]) == [(None,)]:
            assert time.monotonic() < deadline, "it was not written down"
            time.sleep(0.1)
        fresh = Client(running.start_web(REDIS_URL=""), ann.headers)  # it has heard of nobody
        running.urls.pop()
        fresh.wait_for("connected")
        assert fresh.ask("presence:query", [str(carl.id)])["data"][str(carl.id)]["lastSeen"]
        assert fresh.ask("presence:query", [str(carl.id)])["data"][str(carl.id)]["status"] == "offline"
