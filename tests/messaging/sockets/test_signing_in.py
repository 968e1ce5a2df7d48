"""Who may open a socket, for how long, how many, and how much they may say."""

import time

import pytest
from websockets.exceptions import InvalidStatus

from tests.faults.people import make_people
from tests.harness.site import Site
from tests.harness.sockets import Client
from tests.messaging.sockets.talking import clients


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


class TestLimits:
    def test_sockets_hold_no_connection_to_the_database(self, running: Site) -> None:
        people = make_people(running, "homeowner", 10)
        (first,) = clients(running, people[0])
        first.ask("presence:update", "online")
        before = connections(running)
        many = [one for _ in range(10) for one in clients(running, *people)]
        time.sleep(1.5)  # what the sign-ins took goes back to the pool
        assert len(many) == 100
        assert connections(running) <= before + 8, "the pools' own, but not one for each socket"
        for one in many:
            one.close()

    def test_twenty_sockets_and_no_more(self, running: Site) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        twenty = clients(running, *[ann] * 20)
        time.sleep(0.2)
        assert Client(running.urls[1], ann.headers).wait_closed() == 4429
        twenty.pop().close()
        time.sleep(0.3)
        clients(running, ann)

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


def connections(running: Site) -> int:
    rows = running.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    return int(rows[0][0])
