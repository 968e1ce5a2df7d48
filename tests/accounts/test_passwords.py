"""Changing a password, and getting a new one."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from core.models import OutgoingMail
from tests.accounts.conftest import PERSON, bearer, token_in
from tests.accounts.test_sign_in import GOOD, is_let_in

pytestmark = pytest.mark.django_db
NEW = "another long walk"


class TestChanging:
    """POST users/me/password."""

    def test_all_other_sessions_end(self, ann: Any, post: Any, rest: Any) -> None:
        other = post("signin", **GOOD).json()["data"]
        body = {"currentPassword": GOOD["password"], "newPassword": NEW}
        assert rest.post("users/me/password", body, **bearer(ann)).status_code == 204
        assert is_let_in(rest, ann)
        assert not is_let_in(rest, other)
        assert post("signin", **GOOD).status_code == 401
        assert post("signin", email=GOOD["email"], password=NEW).status_code == 200

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"currentPassword": "not this one", "newPassword": NEW}, "currentPassword"),
            ({"currentPassword": PERSON["password"], "newPassword": "password1"}, "newPassword"),
            ({"currentPassword": PERSON["password"], "newPassword": "x"}, "newPassword"),
        ],
    )
    def test_else_nothing_changes(self, ann: Any, post: Any, rest: Any, body: Any, field: str) -> None:
        other = post("signin", **GOOD).json()["data"]
        refused = rest.post("users/me/password", body, **bearer(ann))
        assert (refused.status_code, list(refused.json()["details"])) == (400, [field])
        assert is_let_in(rest, other)
        assert post("signin", **GOOD).status_code == 200

    def test_a_key_may_not(self, rest: Any) -> None:
        from tests import cast

        key = cast.contractor().with_key("profile:write")
        body = {"currentPassword": "x", "newPassword": NEW}
        refused = rest.post("users/me/password", body, by=key)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


class TestForgetting:
    """POST auth/password/reset, and what comes by mail."""

    def ask(self, post: Any, letters: Any, email: str = PERSON["email"]) -> Any:
        OutgoingMail.objects.filter(sent_at=None).delete()  # the one from signing up
        assert post("password/reset", email=email).status_code == 204
        return letters()[-1]

    def test_the_link_takes_a_new_password_once(self, ann: Any, post: Any, rest: Any, letters: Any) -> None:
        token = token_in(self.ask(post, letters))
        assert post("password/reset/confirm", token=token, password=NEW).status_code == 204
        assert post("signin", email=GOOD["email"], password=NEW).status_code == 200
        assert post("signin", **GOOD).status_code == 401
        assert not is_let_in(rest, ann)
        assert Person.objects.get().email_verified
        again = post("password/reset/confirm", token=token, password="a third long walk")
        assert (again.status_code, again.json()["code"]) == (400, "link_invalid")

    def test_a_password_that_will_not_do_leaves_the_link_good(self, ann: Any, post: Any, letters: Any) -> None:
        token = token_in(self.ask(post, letters))
        refused = post("password/reset/confirm", token=token, password="password1")
        assert list(refused.json()["details"]) == ["password"]
        assert post("password/reset/confirm", token=token, password=NEW).status_code == 204

    def test_the_link_dies_within_the_hour(self, ann: Any, post: Any, letters: Any, settings: Any) -> None:
        token = token_in(self.ask(post, letters))
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert post("password/reset/confirm", token=token, password=NEW).json()["code"] == "link_invalid"

    def test_the_link_dies_with_the_address(self, ann: Any, post: Any, letters: Any) -> None:
        token = token_in(self.ask(post, letters))
        Person.objects.update(email="ann@example.net")
        assert post("password/reset/confirm", token=token, password=NEW).json()["code"] == "link_invalid"

    @pytest.mark.parametrize("token", ["", ".", "x", "0" * 32 + ".x", "\u0000", "x" * 2000])
    def test_other_words_are_refused(self, ann: Any, post: Any, token: str) -> None:
        assert post("password/reset/confirm", token=token, password=NEW).status_code == 400
        assert post("signin", **GOOD).status_code == 200

    def test_the_host_of_the_request_is_not_in_the_link(self, ann: Any, rest: Any, letters: Any, settings: Any) -> None:
        OutgoingMail.objects.all().delete()
        rest.post("auth/password/reset", {"email": PERSON["email"]}, host="localhost")
        assert f"{settings.PUBLIC_URL}/accounts/reset?token=" in letters()[-1].body

    @pytest.mark.parametrize("path", ["password/reset", "email/resend"])
    def test_nothing_shows_whether_there_is_an_account(self, ann: Any, post: Any, path: str, letters: Any) -> None:
        letters()
        seen = []
        for email in (PERSON["email"], "nobody@example.org"):
            with CaptureQueriesContext(connection) as queries:
                response = post(path, email=email)
            seen.append((response.status_code, response.content, [q["sql"][:30] for q in queries]))
        assert seen[0] == seen[1]
        before = len(letters()) - 1
        assert before == 1  # only hers was written
        assert not OutgoingMail.objects.filter(sent_at=None).exists()

    def test_nobodys_box_is_filled(self, ann: Any, post: Any, letters: Any) -> None:
        letters()
        for _ in range(8):
            post("password/reset", email=PERSON["email"])
        assert len(letters()) == 1 + 5
