"""Errors as the outside sees them: one form a version, a code for each, and nothing of the inside."""

import pytest
from django.db import OperationalError, connection

from core import errors
from core.problems import refusal_of
from tests.core import door

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "message", "requestId"}


class TestForms:
    def test_version_2_writes_problems(self, api):
        answer = api.get("nothing", x_request_id="abc-1")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "http://127.0.0.1:8000/docs/errors#not_found",
            "title": "Not found",
            "status": 404,
            "detail": "There is nothing here.",
            "instance": "/api/v2/nothing",
            "code": "not_found",
            "message": "There is nothing here.",
            "requestId": "abc-1",
        }

    def test_version_1_wraps_them_and_writes_codes_in_capitals(self, api):
        answer = api.get("nothing", version="v1/")
        assert answer["Content-Type"] == "application/json"
        assert answer.json() == {"error": {"code": "NOT_FOUND", "message": "There is nothing here."}}

    def test_field_errors_have_details_in_both(self, api):
        body = {"title": "x" * 60, "count": "5"}
        expected = {
            "title": ["Ensure this field has no more than 50 characters."],
            "count": ["Expected a whole number."],
        }
        two, one = (api.post("things", body, by="ann", version=v) for v in ("v2/", "v1/"))
        assert (two.status_code, two.json()["code"], two.json()["details"]) == (
            400,
            "validation_failed",
            expected,
        )
        assert one.json()["error"] == {
            "code": "VALIDATION_FAILED", "message": "Some fields are not valid.", "details": expected,
        }  # fmt: skip

    def test_a_view_that_does_not_find_answers_like_an_address_that_does_not_exist(self, api):
        there = api.get("things/0192d5f0-0000-7000-8000-0000000000ff", x_request_id="r").json()
        nowhere = api.get("nothing", x_request_id="r").json()
        assert there | {"instance": ""} == nowhere | {"instance": ""}

    def test_the_type_of_a_problem_is_served(self, api):
        url, _, code = api.get("nothing").json()["type"].partition("#")
        page = api.get(url.removeprefix("http://127.0.0.1:8000"))
        assert page.status_code == 200
        assert f'id="{code}"'.encode() in page.content
        assert b'id="idempotency_mismatch"' in page.content

    def test_errors_are_not_cached(self, api):
        assert api.get("nothing")["Cache-Control"] == "private, no-store"


class TestStatuses:
    def test_a_wrong_method_names_the_right_ones(self, api):
        answer = api.put("things", {}, by="ann")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}

    @pytest.mark.parametrize("method", ["TRACE", "BREW", "PROPFIND"])
    def test_a_method_of_no_use_is_refused_the_same_way(self, api, method):
        assert api.ask(method, "things").status_code == 405

    def test_a_sign_in_is_demanded_with_a_challenge(self, api):
        answer = api.get("things/mine")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer["WWW-Authenticate"] == "Bearer"

    def test_credentials_that_are_not_good_are_401_on_public_routes_too(self, api):
        answer = api.get("things", by="bad")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")

    def test_a_wrong_media_type_is_415_and_patch_says_which_it_accepts(self, api):
        path = f"things/{door.THING['id']}"
        answer = api.patch(path, b"a=b", by="ann", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        assert answer["Accept-Patch"] == ("application/json, application/merge-patch+json, application/json-patch+json")
        post = api.post("things", b"<a/>", by="ann", content_type="application/xml")
        assert post.status_code == 415
        assert "Accept-Patch" not in post

    def test_options_says_what_there_is(self, api):
        answer = api.options("things/mine")
        assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")

    def test_head_is_there_where_get_is(self, api):
        get, head = api.get("things"), api.head("things")
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", get["ETag"])


class TestFaults:
    def test_a_fault_says_nothing_of_itself_and_is_logged_under_its_id(self, api, caplog):
        answer = api.get("things/broken", x_request_id="fault-1")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert b"secret detail" not in answer.content
        assert b"Traceback" not in answer.content
        assert any("secret detail" in str(record.exc_info) for record in caplog.records)

    def test_a_fault_is_logged_once(self, api, caplog):
        api.get("things/broken")
        api.get("/broken")
        assert len([record for record in caplog.records if record.exc_info]) == 2

    def test_a_page_gets_a_page(self, api):
        for path, status in (("/broken", 500), ("/nowhere", 404)):
            answer = api.get(path, x_request_id="page-1")
            assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
            assert b"secret detail" not in answer.content
            assert b"page-1" in answer.content

    def test_a_host_that_is_not_ours_is_a_problem_too(self, api):
        answer = api.get("things", host="evil.example")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")

    def test_a_database_that_does_not_answer_is_503(self, api, monkeypatch):
        def fail(self, request):
            raise OperationalError("the connection is closed: host=10.0.0.1 password=hunter2")

        monkeypatch.setattr(door.ThingViewSet, "mine", fail)
        answer = api.get("things/mine", by="ann")
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "1")
        assert answer.json()["retryAfter"] == 1
        assert b"hunter2" not in answer.content

    @pytest.mark.django_db
    def test_a_statement_that_takes_too_long_is_503(self, api):
        assert api.get("things/gone").status_code == 503

    @pytest.mark.django_db
    def test_a_constraint_without_a_name_for_it_is_a_conflict_and_a_value_too_long_bad_input(self):
        for sql, status in (
            ("SELECT 'x'::uuid", 400),
            ("DO $$ BEGIN RAISE unique_violation; END $$", 409),
            ("DO $$ BEGIN RAISE check_violation; END $$", 400),
        ):
            with pytest.raises(Exception) as caught, connection.cursor() as cursor:  # noqa: PT011
                cursor.execute("SAVEPOINT before")
                cursor.execute(sql)
            assert refusal_of(caught.value).status == status
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK TO before")

    def test_every_code_is_snake_case_and_has_a_message(self):
        def below(kind):
            for child in kind.__subclasses__():
                yield child
                yield from below(child)

        for kind in below(errors.Refusal):
            assert kind.code.replace("_", "").isalnum(), kind
            assert kind.code == kind.code.lower(), kind
            assert kind.message[0].isupper(), kind


class TestParameters:
    def test_an_unknown_one_is_named(self, api):
        answer = api.get("things?foo=1&q=x")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
        assert list(answer.json()["details"]) == ["foo"]
        assert "foo" in answer.json()["message"]

    @pytest.mark.parametrize("query", ["q=a&q=b", "q=%00", "Q=a", "page[]=1", "%00=1"])
    def test_nonsense_is_refused(self, api, query):
        assert api.get(f"things?{query}").status_code == 400

    def test_an_action_has_none_unless_it_says_so(self, api):
        assert api.get(f"things/{door.THING['id']}?q=1").status_code == 400
        assert api.get("things?q=1").status_code == 200

    def test_too_many_are_refused(self, api):
        answer = api.get("things?" + "&".join(f"a{n}=1" for n in range(2000)))
        assert answer.status_code == 400


class TestKeys:
    def test_a_read_needs_its_scope(self, api):
        answer = api.get("things/mine", key="ann other:read")
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert api.get("things/mine", key="ann things:read").status_code == 200

    def test_a_read_that_is_not_public_and_names_no_scope_is_for_people_alone(self, api):
        assert api.get("things/hidden", key="ann things:read").status_code == 403
        assert api.get("things/hidden", by="ann").status_code == 200

    def test_a_public_read_is_open_to_keys(self, api):
        assert api.get("things", key="ann x").status_code == 200
