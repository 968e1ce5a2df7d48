"""Frames that nobody should send."""

import json
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.faults.people import make_people
from tests.harness.site import Site
from tests.messaging.sockets.talking import clients


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
