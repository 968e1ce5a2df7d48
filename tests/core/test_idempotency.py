"""A POST that is sent again is answered again, and carried out once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from core import tasks
from core.models import IdempotencyRecord, OutgoingMail
from tests.core import door
from tests.core.conftest import Api

pytestmark = pytest.mark.django_db


def post(api, body=None, key="k-1", **more):
    return api.post("things", {"title": "x"} if body is None else body, idempotency_key=key, **{"by": "ann", **more})


class TestReplay:
    def test_the_same_answer_again_and_one_row(self, api):
        first, again = post(api), post(api)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert again["Location"] == first["Location"]
        assert again["Content-Type"] == first["Content-Type"]
        assert again["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first
        assert again["X-Request-ID"] != first["X-Request-ID"]
        assert OutgoingMail.objects.count() == 1

    def test_a_conflict_is_kept_too_and_its_changes_are_not(self, api):
        first = post(api, {"title": "conflict"})
        again = post(api, {"title": "conflict"})
        assert (first.status_code, again.status_code, again.json()) == (409, 409, first.json())
        assert again["Content-Type"] == "application/problem+json"
        assert again["Idempotent-Replayed"] == "true"
        assert (OutgoingMail.objects.count(), IdempotencyRecord.objects.count()) == (0, 1)

    @pytest.mark.parametrize(
        ("body", "status"),
        [({"title": "forbidden"}, 403), ({"title": ""}, 400), (b"{", 400), ({"x": 1}, 400)],
    )
    def test_other_answers_are_not_kept(self, api, body, status):
        assert [post(api, body).status_code for _ in range(2)] == [status] * 2
        assert not IdempotencyRecord.objects.exists()
        assert not OutgoingMail.objects.exists()
        assert post(api).status_code == 201  # the key is free

    def test_a_fault_is_not_kept(self, api, monkeypatch):
        monkeypatch.setattr(door, "make_thing", lambda **_: 1 / 0)
        assert post(api).status_code == 500
        monkeypatch.undo()
        assert post(api).status_code == 201

    def test_both_versions_say_so_in_their_own_way(self, api):
        one, two = post(api, version="v1/"), post(api, version="v2/")
        assert (one.status_code, two.status_code, OutgoingMail.objects.count()) == (201, 201, 2)
        again = post(api, version="v1/")
        assert again["Link"].count("successor-version") == 1
        assert post(api, {"title": "conflict"}, key="c", version="v1/")["Link"].count("successor-version") == 1
        replayed = post(api, {"title": "conflict"}, key="c", version="v1/")
        assert replayed["Link"].count("successor-version") == 1
        assert replayed.json()["error"]["code"] == "TAKEN"

    def test_a_version_named_in_the_header_is_the_same_route(self, api):
        assert post(api).content == post(api, version="", api_version="2").content

    def test_without_a_key_each_is_carried_out(self, api):
        for _ in range(2):
            api.post("things", {"title": "x"}, by="ann")
        assert OutgoingMail.objects.count() == 2


class TestKey:
    def test_bare_or_quoted_it_is_the_same(self, api):
        assert post(api, key="abc").content == post(api, key='"abc"').content

    @pytest.mark.parametrize("key", ["", '""', "x" * 256, '"' + "x" * 256 + '"', "a\tb", "a\x7f"])
    def test_one_of_no_use_is_refused(self, api, key):
        answer = post(api, key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize("key", ["x", "x" * 255, '"' + "x" * 255 + '"', "a b", '"'])
    def test_any_other_will_do(self, api, key):
        assert post(api, key=key).status_code == 201

    def test_another_payload_is_a_mismatch(self, api):
        post(api)
        for body in ({"title": "y"}, {"title": "x", "count": 1}, {"title": ["x"]}):
            answer = post(api, body)
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
        assert OutgoingMail.objects.count() == 1

    def test_the_same_payload_written_otherwise_is_the_same(self, api):
        first = post(api, b'{"title": "x", "count": 1}')
        assert post(api, b'{ "count":1,\n"title":"\\u0078" }').content == first.content

    def test_it_belongs_to_the_caller(self, api):
        callers = [{"by": "ann"}, {"by": "bob"}, {"by": "", "key_": "ann/1 x"}, {"by": "", "key_": "ann/2 x"}]
        for caller in callers:
            key = caller.pop("key_", "")
            headers = {"authorization": f"Api-Key {key}"} if key else {}
            assert post(api, **caller, **headers).status_code == 201
        assert OutgoingMail.objects.count() == 4

    def test_strangers_have_none(self, api):
        answer = post(api, by="")
        assert (answer.status_code, IdempotencyRecord.objects.count()) == (401, 0)

    @pytest.mark.parametrize(("path", "by"), [("things/secret", "ann"), ("auth/signin", ""), ("auth/signin", "ann")])
    def test_where_the_answer_is_a_secret_it_is_refused(self, api, path, by):
        answer = api.post(path, {}, by=by, idempotency_key="k")
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_not_supported")
        assert not IdempotencyRecord.objects.exists()

    def test_with_other_methods_it_means_nothing(self, api):
        for _ in range(2):
            answer = api.put(f"things/{door.THING['id']}", {"title": "y"}, by="ann", idempotency_key="k")
            assert answer.status_code == 200
            assert "Idempotent-Replayed" not in answer
        assert not IdempotencyRecord.objects.exists()

    def test_with_files_their_content_counts_and_not_the_form(self, api):
        def upload(content, boundary=BOUNDARY):
            body = encode_multipart(boundary, {"file": SimpleUploadedFile("a.png", content)})
            kind = MULTIPART_CONTENT.replace(BOUNDARY, boundary)
            return api.post("things/upload", body, by="ann", content_type=kind, idempotency_key="f")

        assert upload(b"abc").json() == upload(b"abc", "another").json()
        assert upload(b"abd").json()["code"] == "idempotency_mismatch"


class TestTime:
    def test_after_a_day_the_key_is_free(self, api):
        first = post(api)
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
        again = post(api, {"title": "y"})
        assert (again.status_code, "Idempotent-Replayed" in again) == (201, False)
        assert again.content != first.content

    def test_the_worker_forgets_what_is_older(self, api):
        post(api, key="old")
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
        post(api, key="new")
        tasks.forget_idempotency_keys()
        assert [record.key for record in IdempotencyRecord.objects.all()] == ["new"]


@pytest.mark.django_db(transaction=True)
class TestParallel:
    def at_once(self, ask, many):
        barrier = threading.Barrier(many)

        def run(_):
            barrier.wait()
            try:
                return ask(Api())
            finally:
                connections.close_all()

        with ThreadPoolExecutor(many) as pool:
            return list(pool.map(run, range(many)))

    def test_ten_at_once_make_one_row(self):
        for turn in range(5):
            answers = self.at_once(lambda api, key=f"k{turn}": post(api, key=key), 10)
            made = [answer for answer in answers if answer.status_code == 201]
            running = [answer for answer in answers if answer.status_code == 409]
            assert (len(made) + len(running), OutgoingMail.objects.count()) == (10, turn + 1)
            assert len({answer.content for answer in made}) == 1
            assert all(answer.json()["code"] == "idempotency_in_progress" for answer in running)

    def test_while_the_first_is_running_the_second_is_told_to_come_again(self, api):
        door.GATE.clear()
        door.REACHED.clear()
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(self.at_once, post, 1)
            assert door.REACHED.wait(10)
            answer = post(api)
            door.GATE.set()
            assert (answer.json()["code"], answer["Retry-After"]) == ("idempotency_in_progress", "1")
            assert first.result()[0].status_code == 201
        assert post(api)["Idempotent-Replayed"] == "true"
        assert OutgoingMail.objects.count() == 1
