"""Signing in, going on, signing out."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import lockout, sessions
from accounts.models import Person, Session, SignInAttempts
from accounts.services.people import restore_person, suspend_person
from tests import cast
from tests.accounts.conftest import PERSON, bearer

pytestmark = pytest.mark.django_db
GOOD = {"email": PERSON["email"], "password": PERSON["password"]}
BAD = {**GOOD, "password": "not this one"}


def is_let_in(rest: Any, data: Any) -> bool:
    for pk in Session.objects.values_list("pk", flat=True):  # as after SESSION_CHECK_SECONDS
        sessions.forget(pk)
    return bool(rest.get("users/me", **bearer(data)).status_code == 200)


def test_it_opens_a_session(ann: Any, post: Any, rest: Any) -> None:
    response = post("signin", email="  ANN@example.org", password=GOOD["password"])
    assert response.status_code == 200
    assert set(response.json()["data"]) == {"user", "accessToken", "refreshToken", "expiresAt"}
    assert is_let_in(rest, response.json()["data"])
    assert response["Cache-Control"] == "private, no-store"


def test_neither_says_which_was_wrong(ann: Any, post: Any) -> None:
    """The same answer and the same work, whether or not somebody has the address."""
    seen = []
    for email in ("ann@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            response = post("signin", email=email, password="not this one")
        body = response.json()
        seen.append((response.status_code, body["code"], body["detail"], len(queries)))
        assert response["WWW-Authenticate"] == "Bearer"
    assert seen[0] == seen[1]
    assert seen[0][:2] == (401, "invalid_credentials")


def test_a_password_is_looked_at_even_where_nobody_has_the_address(post: Any, monkeypatch: Any) -> None:
    from accounts import passwords

    looked: list[str] = []
    check = passwords.check_password
    monkeypatch.setattr(passwords, "check_password", lambda *given: looked.append(given[0]) or check(*given))
    post("signin", email="nobody@example.org", password="some password")
    assert looked == ["some password"]


def test_a_stale_token_beside_the_password_does_no_harm(ann: Any, rest: Any) -> None:
    assert rest.post("auth/signin", GOOD, authorization="Bearer over.and.done").status_code == 200


def test_the_suspended_are_told_so_once_their_password_is_right(ann: Any, post: Any) -> None:
    suspend_person(person_id=ann["user"]["id"], reason="spam", by=cast.staff().actor)
    assert post("signin", **BAD).json()["code"] == "invalid_credentials"
    refused = post("signin", **GOOD)
    assert (refused.status_code, refused.json()["code"]) == (403, "account_suspended")


class TestSuspension:
    """Sessions end, and come not to life again."""

    def test_every_token_ends(self, ann: Any, post: Any, rest: Any) -> None:
        suspend_person(person_id=ann["user"]["id"], reason="spam", by=cast.staff().actor)
        assert not is_let_in(rest, ann)
        assert post("refresh", refreshToken=ann["refreshToken"]).json()["code"] == "session_ended"
        restore_person(person_id=ann["user"]["id"], by=cast.staff().actor)
        assert not is_let_in(rest, ann)
        assert post("signin", **GOOD).status_code == 200

    @pytest.mark.parametrize("role", ["homeowner", "contractor"])
    def test_only_staff_may(self, ann: Any, role: str) -> None:
        from core.errors import Forbidden

        with pytest.raises(Forbidden):
            suspend_person(person_id=ann["user"]["id"], reason="spam", by=cast.make_person(role).actor)
        assert Person.objects.get(email=PERSON["email"]).suspended_at is None


class TestRefresh:
    """Each refresh token works once."""

    def test_it_goes_on(self, ann: Any, post: Any, rest: Any) -> None:
        data = ann
        for _ in range(3):
            response = post("refresh", refreshToken=data["refreshToken"])
            assert response.status_code == 200
            data = response.json()["data"]
            assert is_let_in(rest, data)
        assert Session.objects.count() == 1

    def test_a_token_that_comes_twice_ends_the_whole_family(self, ann: Any, post: Any, rest: Any) -> None:
        second = post("refresh", refreshToken=ann["refreshToken"]).json()["data"]
        other = post("signin", **GOOD).json()["data"]
        again = post("refresh", refreshToken=ann["refreshToken"])
        assert (again.status_code, again.json()["code"]) == (401, "token_reused")
        assert post("refresh", refreshToken=second["refreshToken"]).json()["code"] == "session_ended"
        assert not is_let_in(rest, second)
        assert is_let_in(rest, other)  # another sign-in of the same person is another family

    def test_an_access_token_is_no_refresh_token(self, ann: Any, post: Any) -> None:
        assert post("refresh", refreshToken=ann["accessToken"]).json()["code"] == "token_invalid"

    def test_a_refresh_token_is_no_access_token(self, ann: Any, rest: Any) -> None:
        response = rest.get("users/me", authorization=f"Bearer {ann['refreshToken']}")
        assert (response.status_code, response.json()["code"]) == (401, "token_invalid")

    def test_a_session_is_over_after_its_time(self, ann: Any, post: Any) -> None:
        Session.objects.update(expires_at=timezone.now())
        assert post("refresh", refreshToken=ann["refreshToken"]).json()["code"] == "session_ended"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_uses_at_once_one_succeeds_and_the_family_is_dead(ann: Any, rest: Any, settings: Any) -> None:
    settings.RATE_LIMITS_ON = False
    statuses: list[int] = []
    start = threading.Barrier(20)

    def use() -> None:
        asker = cast.Rest()
        start.wait()
        try:
            statuses.append(asker.post("auth/refresh", {"refreshToken": ann["refreshToken"]}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [401] * 19
    session = Session.objects.get()
    assert (session.generation, session.ended_because) == (1, "token_reused")
    assert not is_let_in(rest, ann)


class TestSignOut:
    """It ends this session, access tokens included."""

    def test_by_the_access_token(self, ann: Any, rest: Any, post: Any) -> None:
        other = post("signin", **GOOD).json()["data"]
        assert rest.post("auth/signout", {}, **bearer(ann)).status_code == 204
        assert not is_let_in(rest, ann)
        assert is_let_in(rest, other)

    def test_by_the_refresh_token(self, ann: Any, rest: Any, post: Any) -> None:
        assert post("signout", refreshToken=ann["refreshToken"]).status_code == 204
        assert not is_let_in(rest, ann)
        assert post("signout", refreshToken=ann["refreshToken"]).status_code == 204  # so it is already

    def test_without_either_there_is_nothing_to_end(self, ann: Any, post: Any) -> None:
        assert post("signout").status_code == 401
        assert Session.objects.filter(ended_at=None).count() == 1

    def test_by_words_that_are_no_token(self, ann: Any, post: Any) -> None:
        assert post("signout", refreshToken="x").json()["code"] == "token_invalid"


class TestLockOut:
    """Ten tries for an address from a place."""

    @pytest.fixture(autouse=True)
    def _plenty(self, settings: Any) -> None:
        settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10000, 900))

    @pytest.fixture
    def from_(self, rest: Any, settings: Any) -> Any:
        """Signs in from an address, as a proxy says."""
        settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
        return lambda address, body: rest.post("auth/signin", body, x_forwarded_for=address)

    @pytest.mark.parametrize("email", [GOOD["email"], "nobody@example.org"])
    def test_the_eleventh_waits(self, ann: Any, from_: Any, email: str) -> None:
        statuses = [from_("198.51.100.1", {**BAD, "email": email}).status_code for _ in range(11)]
        assert statuses == [401] * 10 + [429]

    def test_it_waits_a_quarter_of_an_hour_even_with_the_right_password(self, ann: Any, from_: Any) -> None:
        for _ in range(10):
            from_("198.51.100.1", BAD)
        locked = from_("198.51.100.1", GOOD)
        assert (locked.status_code, locked.json()["code"]) == (429, "too_many_attempts")
        assert 890 <= locked.json()["retryAfter"] <= 900
        assert from_("198.51.100.2", GOOD).status_code == 200  # elsewhere nothing is locked
        SignInAttempts.objects.update(locked_until=timezone.now() - timedelta(minutes=1))
        assert from_("198.51.100.1", GOOD).status_code == 200

    def test_never_where_the_owner_is_usually(self, ann: Any, from_: Any) -> None:
        from_("198.51.100.9", GOOD)
        statuses = {from_("198.51.100.9", BAD).status_code for _ in range(15)}
        assert statuses == {401}
        assert from_("198.51.100.9", GOOD).status_code == 200

    def test_the_tenth_may_be_right(self, ann: Any, from_: Any) -> None:
        for _ in range(9):
            from_("198.51.100.1", BAD)
        assert from_("198.51.100.1", GOOD).status_code == 200
        assert not SignInAttempts.objects.exists()

    def test_tries_of_a_quarter_of_an_hour_ago_do_not_count(self, ann: Any, from_: Any) -> None:
        for _ in range(9):
            from_("198.51.100.1", BAD)
        SignInAttempts.objects.update(began_at=timezone.now() - timedelta(minutes=16))
        assert {from_("198.51.100.1", BAD).status_code for _ in range(9)} == {401}

    def test_old_tries_are_forgotten(self, ann: Any, from_: Any) -> None:
        from_("198.51.100.1", BAD)
        lockout.forget_old_attempts()
        assert SignInAttempts.objects.count() == 1
        SignInAttempts.objects.update(began_at=timezone.now() - timedelta(hours=1))
        lockout.forget_old_attempts()
        assert not SignInAttempts.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_thirty_guesses_at_once_ten_are_looked_at(settings: Any, rest: Any) -> None:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10000, 900))
    statuses: list[int] = []

    def guess() -> None:
        try:
            body = {"email": "nobody@example.org", "password": "a guess of mine"}
            statuses.append(cast.Rest().post("auth/signin", body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [401] * 10 + [429] * 20


def test_an_access_token_expires_although_it_was_good_before(ann: Any, post: Any, rest: Any, settings: Any) -> None:
    """Its signature is looked at once, the clock each time."""
    settings.ACCESS_SECONDS = 2
    data = post("signin", **GOOD).json()["data"]
    assert rest.get("users/me", **bearer(data)).status_code == 200
    time.sleep(2.1)
    late = rest.get("users/me", **bearer(data))
    assert (late.status_code, late.json()["code"]) == (401, "token_expired")
