"""People, sessions and keys as REST shows them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import GRANTABLE_SCOPES
from accounts.models import ApiKey, Person, Session
from tests import cast

pytestmark = pytest.mark.django_db


class TestPeople:
    """GET users/{id}, and oneself."""

    def test_an_address_is_for_oneself_and_staff(self, rest: Any) -> None:
        ann = cast.homeowner(email="ann@example.org")
        seen = {
            who: rest.get(f"users/{ann.id}", by=by).json()["data"]
            for who, by in {
                "stranger": cast.STRANGER, "other": cast.homeowner(), "contractor": cast.contractor(),
                "self": ann, "staff": cast.staff(),
            }.items()
        }  # fmt: skip
        assert {who for who, data in seen.items() if data["email"] == "ann@example.org"} == {"self", "staff"}
        assert {who for who, data in seen.items() if data["email"] is None} == {
            "stranger",
            "other",
            "contractor",
        }
        assert set(seen["stranger"]) == {"id", "name", "avatar", "role", "createdAt", "email"}

    def test_somebody_suspended_is_still_named_beside_what_others_have_with_them(self, rest: Any) -> None:
        ann = cast.homeowner(name="Ann", suspended_at=timezone.now())
        assert rest.get(f"users/{ann.id}").json()["data"]["name"] == "Ann"

    def test_nobody_is_not_found(self, rest: Any) -> None:
        assert rest.get("users/01a20000-0000-7000-8000-000000000000").status_code == 404

    def test_oneself_may_be_renamed(self, rest: Any) -> None:
        ann = cast.homeowner(name="Ann")
        response = rest.patch("users/me", {"name": " Ann Archer "}, by=ann)
        assert response.json()["data"]["name"] == "Ann Archer"
        assert Person.objects.get(pk=ann.id).name == "Ann Archer"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"role": "staff"}, "read_only_field"), ({"email": "x@example.org"}, "read_only_field"),
            ({"isStaff": True}, "unknown_field"), ({"name": ""}, "validation_failed"),
            ({"name": None}, "validation_failed"), ({"name": 5}, "validation_failed"), ([], "invalid_input"),
        ],
    )  # fmt: skip
    def test_nothing_else_is_theirs_to_change(self, rest: Any, body: Any, code: str) -> None:
        ann = cast.homeowner(name="Ann")
        response = rest.patch("users/me", body, by=ann)
        assert (response.status_code, response.json()["code"]) == (400, code)
        assert Person.objects.get(pk=ann.id).name == "Ann"
        assert Person.objects.get(pk=ann.id).role == "homeowner"

    def test_what_is_sent_back_as_it_was_is_let_be(self, rest: Any) -> None:
        ann = cast.homeowner()
        data = rest.get("users/me", by=ann).json()["data"]
        assert rest.patch("users/me", {**data, "name": "Ann B"}, by=ann).status_code == 200

    def test_strangers_are_sent_to_sign_in(self, rest: Any) -> None:
        for method, path in (("get", "users/me"), ("patch", "users/me"), ("get", "users/me/sessions")):
            response = getattr(rest, method)(path, *([{}] if method == "patch" else []))
            assert response.status_code == 401
            assert response["WWW-Authenticate"] == "Bearer"


class TestSessions:
    """GET users/me/sessions, DELETE users/me/sessions/{id}."""

    def test_one_sees_ones_own_and_which_is_this_one(self, rest: Any) -> None:
        ann, bob = cast.homeowner(), cast.homeowner()
        elsewhere = cast.Who(ann.id, ann.role)
        for who in (ann, elsewhere, bob):
            assert who.access_token
        data = rest.get("users/me/sessions", by=ann).json()["data"]
        assert [session["current"] for session in data].count(True) == 1
        assert len(data) == 2
        other = next(session for session in data if not session["current"])
        assert rest.delete(f"users/me/sessions/{other['id']}", by=ann).status_code == 204
        assert rest.get("users/me", by=elsewhere).status_code == 401
        assert len(rest.get("users/me/sessions", by=ann).json()["data"]) == 1

    def test_nobody_elses_can_be_ended(self, rest: Any) -> None:
        ann, bob = cast.homeowner(), cast.homeowner()
        assert bob.access_token
        session = Session.objects.get(person_id=bob.id)
        assert rest.delete(f"users/me/sessions/{session.pk}", by=ann).status_code == 404
        assert Session.objects.get(person_id=bob.id).ended_at is None

    def test_all_but_this_one_can_be_ended_at_once(self, rest: Any) -> None:
        ann, bob = cast.homeowner(), cast.homeowner()
        others = [cast.Who(ann.id, ann.role) for _ in range(2)]
        for who in (ann, bob, *others):
            assert rest.get("users/me", by=who).status_code == 200
        assert rest.delete("users/me/sessions", by=ann).status_code == 204
        assert [rest.get("users/me", by=who).status_code for who in (ann, bob, *others)] == [200, 200, 401, 401]
        assert [row["current"] for row in rest.get("users/me/sessions", by=ann).json()["data"]] == [True]

    def test_a_key_ends_none(self, rest: Any) -> None:
        carl = cast.contractor()
        assert carl.access_token
        answer = rest.delete("users/me/sessions", by=carl.with_key("profile:write"))
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert Session.objects.get(person_id=carl.id).ended_at is None


class TestKeys:
    """API keys of contractors."""

    def make(self, rest: Any, by: Any, **body: Any) -> Any:
        return rest.post("api-keys", {"name": "CI", "scopes": ["bids:read"], **body}, by=by)

    def test_the_key_is_shown_once(self, rest: Any) -> None:
        carl = cast.contractor()
        response = self.make(rest, carl)
        assert response.status_code == 201
        data = response.json()["data"]
        assert data["key"].startswith(data["prefix"] + "_")
        [listed] = rest.get("api-keys", by=carl).json()["data"]
        assert "key" not in listed
        assert rest.get(response["Location"], by=carl).json()["data"] == listed
        key = ApiKey.objects.get()
        assert data["key"].split("_", 2)[2].encode() not in bytes(key.digest)

    def test_it_works_within_its_scopes(self, rest: Any) -> None:
        carl = cast.contractor()
        key = self.make(rest, carl).json()["data"]["key"]
        assert rest.get("bids", authorization=f"Api-Key {key}").status_code == 200
        refused = rest.get("users/me", authorization=f"Api-Key {key}")
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")

    def test_after_rotation_both_work_for_a_day(self, rest: Any) -> None:
        carl = cast.contractor()
        made = self.make(rest, carl).json()["data"]
        rotated = rest.post(f"api-keys/{made['id']}/rotate", {}, by=carl).json()["data"]
        assert rotated["id"] == made["id"]
        assert rotated["key"] != made["key"]
        for key in (made["key"], rotated["key"]):
            assert rest.get("bids", authorization=f"Api-Key {key}").status_code == 200
        third = rest.post(f"api-keys/{made['id']}/rotate", {}, by=carl).json()["data"]
        assert rest.get("bids", authorization=f"Api-Key {made['key']}").json()["code"] == "api_key_invalid"
        ApiKey.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
        from accounts import keys

        keys.forget_after_commit([rotated["key"].split("_")[1]])
        assert rest.get("bids", authorization=f"Api-Key {rotated['key']}").json()["code"] == "api_key_expired"
        assert rest.get("bids", authorization=f"Api-Key {third['key']}").status_code == 200

    def test_it_shows_when_it_was_used_and_ends_when_it_was_to(self, rest: Any) -> None:
        carl = cast.contractor()
        soon = (timezone.now() + timedelta(hours=1)).isoformat()
        made = self.make(rest, carl, expiresAt=soon).json()["data"]
        assert made["lastUsedAt"] is None
        assert rest.get("bids", authorization=f"Api-Key {made['key']}").status_code == 200
        [listed] = rest.get("api-keys", by=carl).json()["data"]
        assert listed["lastUsedAt"] is not None
        assert listed["expiresAt"] is not None
        from accounts import keys

        ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        keys.forget_after_commit([made["key"].split("_")[1]])
        assert rest.get("bids", authorization=f"Api-Key {made['key']}").json()["code"] == "api_key_expired"

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("post", "users/me/password", {"currentPassword": cast.PASSWORD, "newPassword": "another walk on a shore"}),
            ("delete", "users/me", None), ("get", "users/me/export", None), ("get", "users/me/sessions", None),
            ("delete", "users/me/sessions", None), ("get", "api-keys", None),
            ("post", "api-keys", {"name": "More", "scopes": ["jobs:read"]}), ("get", "reports", None),
            ("post", "auth/signout", {}),
        ],
    )  # fmt: skip
    def test_no_key_whatever_its_scopes_does_what_is_for_people(
        self, rest: Any, method: str, path: str, body: Any
    ) -> None:
        key = cast.contractor().with_key(*GRANTABLE_SCOPES)
        with cast.nothing_changes():
            answer = getattr(rest, method)(path, body, by=key)
            assert answer.status_code in (401, 403), answer.content
            assert answer.json()["code"] in ("insufficient_scope", "not_authenticated")

    def test_a_revoked_one_is_gone(self, rest: Any) -> None:
        carl = cast.contractor()
        made = self.make(rest, carl).json()["data"]
        assert rest.get("bids", authorization=f"Api-Key {made['key']}").status_code == 200
        assert rest.delete(f"api-keys/{made['id']}", by=carl).status_code == 204
        assert rest.get("bids", authorization=f"Api-Key {made['key']}").json()["code"] == "api_key_revoked"
        assert rest.get("api-keys", by=carl).json()["data"] == []
        assert rest.delete(f"api-keys/{made['id']}", by=carl).status_code == 404

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"scopes": []}, "scopes"), ({"scopes": ["jobs:write"]}, "scopes"), ({"scopes": "bids:read"}, "scopes"),
            ({"name": ""}, "name"), ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
            ({"expiresAt": "soon"}, "expiresAt"),
        ],
    )  # fmt: skip
    def test_bad_input_is_named(self, rest: Any, body: Any, field: str) -> None:
        response = self.make(rest, cast.contractor(), **body)
        assert (response.status_code, list(response.json()["details"])) == (400, [field])
        assert not ApiKey.objects.exists()

    def test_they_are_for_contractors(self, rest: Any) -> None:
        assert self.make(rest, cast.homeowner()).json()["code"] == "wrong_role"
        assert self.make(rest, cast.STRANGER).status_code == 401

    def test_a_key_makes_no_keys(self, rest: Any) -> None:
        key = cast.contractor().with_key("profile:write")
        assert self.make(rest, key).json()["code"] == "insufficient_scope"
        assert rest.get("api-keys", by=key).json()["code"] == "insufficient_scope"

    def test_one_has_twenty_at_most(self, rest: Any, settings: Any) -> None:
        settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10000, 900))
        carl = cast.contractor()
        statuses = [self.make(rest, carl).status_code for _ in range(21)]
        assert statuses == [201] * 20 + [409]

    def test_nobody_elses_is_seen(self, rest: Any) -> None:
        made = self.make(rest, cast.contractor()).json()["data"]
        other = cast.contractor()
        assert rest.get(f"api-keys/{made['id']}", by=other).status_code == 404
        assert rest.post(f"api-keys/{made['id']}/rotate", {}, by=other).status_code == 404
        assert rest.delete(f"api-keys/{made['id']}", by=other).status_code == 404
