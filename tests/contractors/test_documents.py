"""Papers that staff look at: private, approved or refused, lapsing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection

from contractors.models import Contractor, Document, DocumentWarning
from contractors.services import (
    approve_document,
    documents,
    forget_stray_documents,
    lapse_documents,
    refuse_document,
    warn_of_lapses,
)
from core import mail, storage
from core.models import OutgoingMail
from events.models import RecordedEvent
from tests import cast
from tests.accounts.images.corpus import jpeg
from tests.cast import STRANGER, Rest, Who, nothing_changes, refused
from tests.contractors.conftest import PDF, named

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def staff() -> Who:
    return cast.staff()


@pytest.fixture
def hand_in(rest: Rest) -> Callable[..., Any]:
    """Hands in a document, and answers its id."""

    def send(by: Who, kind: str = "licence", content: bytes = PDF, name: str = "paper.pdf", **fields: str) -> str:
        answer = rest.upload(named(content, name), by=by, path="contractors/me/documents", kind=kind, **fields)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["data"]["id"])

    return send


def verified(who: Who) -> bool:
    return Contractor.objects.get(pk=who.id).verified


def approve_all(hand_in: Any, who: Who, staff: Who, **fields: str) -> list[str]:
    papers = [hand_in(who, kind, **fields) for kind in ("identity", "insurance", "licence")]
    for pk in papers:
        approve_document(document_id=pk, by=staff.actor)
    return papers


class TestHandingIn:
    """By content, and to nobody's eyes but one's own."""

    def test_a_pdf_stays_what_it_is_and_a_picture_is_drawn_anew(self, rest: Rest, carl: Who, hand_in: Any) -> None:
        hand_in(carl, "licence", PDF, "../../licence.exe", expiresOn="2030-01-31")
        hand_in(carl, "identity", jpeg(), "me.pdf")
        face, licence = rest.get("contractors/me/documents", by=carl).json()["data"]
        assert (licence["mimetype"], licence["filename"], licence["expiresOn"]) == (
            "application/pdf",
            "licence.exe",
            "2030-01-31",
        )
        assert (licence["status"], licence["reason"], licence["size"]) == ("pending", None, len(PDF))
        assert (face["mimetype"], face["kind"], face["expiresOn"]) == ("image/webp", "identity", None)
        assert "key" not in licence

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", "not_a_document"), (b"<html>", "not_a_document"), (b"%PDF-1.7 cut short", "not_a_document"), (jpeg()[:300], "not_a_document"),
         (b"MZ" + PDF, "not_a_document")],
    )  # fmt: skip
    def test_what_is_neither_is_refused_and_leaves_nothing(
        self, rest: Rest, carl: Who, files: Any, content: bytes, code: str
    ) -> None:
        with nothing_changes():
            answer = rest.upload(named(content, "a.pdf"), by=carl, path="contractors/me/documents", kind="licence")
            refused(answer, 400, code)
        assert files() == []

    def test_too_large_lapsed_and_unknown_ones_are_refused(
        self, rest: Rest, carl: Who, files: Any, settings: Any
    ) -> None:
        settings.IMAGE_MAX_BYTES = 1000
        path = "contractors/me/documents"
        with nothing_changes():
            large = PDF.replace(b"endobj", b"endobj" + b"\n" * 1000)
            refused(rest.upload(named(large, "a.pdf"), by=carl, path=path, kind="licence"), 413, "payload_too_large")
            refused(rest.upload(named(PDF, "a.pdf"), by=carl, path=path, kind="diploma"), 400, "validation_failed")
            refused(rest.upload(named(PDF, "a.pdf"), by=carl, path=path), 400, "validation_failed")
            lapsed = rest.upload(named(PDF, "a.pdf"), by=carl, path=path, kind="licence", expiresOn="2020-01-01")
            refused(lapsed, 400, "validation_failed")
            refused(
                rest.upload(named(PDF, "a.pdf"), by=carl, path=path, kind="licence", status="approved"),
                400,
                "unknown_field",
            )
        assert files() == []

    def test_it_is_for_contractors(self, rest: Rest, ann: Who, carl: Who, files: Any) -> None:
        path, key = "contractors/me/documents", carl.with_key("jobs:read")
        with nothing_changes():
            refused(rest.upload(named(PDF, "a.pdf"), by=STRANGER, path=path, kind="licence"), 401, "not_authenticated")
            refused(rest.upload(named(PDF, "a.pdf"), by=ann, path=path, kind="licence"), 403, "wrong_role")
            refused(rest.upload(named(PDF, "a.pdf"), by=key, path=path, kind="licence"), 403, "insufficient_scope")
        assert files() == []

    @pytest.mark.django_db(transaction=True)
    def test_many_at_once_keep_to_the_limit(self, rest: Rest, carl: Who, files: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(documents, "MOST", 2)
        answers: list[int] = []

        def send() -> None:
            path = "contractors/me/documents"
            answers.append(rest.upload(named(PDF, "a.pdf"), by=carl, path=path, kind="licence").status_code)
            connection.close()

        threads = [Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [201] * 2 + [409] * 4
        assert len(files()) == Document.objects.count() == 2


class TestLooking:
    """By a link of a minute, which only the owner and staff get."""

    def link(self, rest: Rest, pk: str, by: Who) -> Any:
        return rest.post(f"contractors/me/documents/{pk}/link", {}, by=by)

    def test_the_link_opens_the_file_for_a_minute(self, rest: Rest, carl: Who, hand_in: Any) -> None:
        pk = hand_in(carl, name="my licence.pdf")
        path = urlsplit(self.link(rest, pk, carl).json()["data"]["url"]).path
        answer = rest.get(path)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="my licence.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
            assert rest.get(path).status_code == 404
        assert rest.get(path[:-1] + ("a" if path[-1] != "a" else "b")).status_code == 404
        assert rest.get(f"/media/documents/{pk}").status_code == 404

    def test_nobody_else_learns_that_it_is_there(
        self, rest: Rest, ann: Who, carl: Who, dora: Who, hand_in: Any
    ) -> None:
        pk = hand_in(carl)
        for by, status in ((STRANGER, 401), (ann, 404), (dora, 404)):
            assert rest.get(f"contractors/me/documents/{pk}", by=by).status_code == status
            assert self.link(rest, pk, by).status_code == status
            assert rest.delete(f"contractors/me/documents/{pk}", by=by).status_code in (401, 403, 404)
        assert rest.get("contractors/me/documents", by=dora).json()["data"] == []
        for text in (rest.get(f"contractors/{carl.id}").content, rest.get("events", by=carl).content):
            assert b"paper" not in text

    def test_staff_open_it_from_the_admin(self, rest: Rest, carl: Who, hand_in: Any, admin_client: Any) -> None:
        pk = hand_in(carl)
        answer = admin_client.get(f"/admin/contractors/document/{pk}/file")
        assert answer.status_code == 302
        assert rest.get(answer["Location"]).content == PDF
        assert admin_client.get("/admin/contractors/document/").status_code == 200
        assert admin_client.get(f"/admin/contractors/document/{pk}/change/").status_code == 200


class TestVerifying:
    """By approving a document of each kind."""

    def test_the_last_of_them_verifies(self, rest: Rest, carl: Who, staff: Who, hand_in: Any) -> None:
        papers = [hand_in(carl, kind) for kind in ("identity", "insurance", "licence")]
        for pk in papers:
            assert not verified(carl)
            approve_document(document_id=pk, by=staff.actor)
        assert verified(carl)
        assert RecordedEvent.objects.filter(type="contractor.verified", audience=[carl.id]).count() == 1
        approve_document(document_id=papers[0], by=staff.actor)
        assert RecordedEvent.objects.filter(type="contractor.verified").count() == 1

    def test_one_that_goes_takes_it_back(self, rest: Rest, carl: Who, staff: Who, hand_in: Any) -> None:
        papers = approve_all(hand_in, carl, staff)
        refuse_document(document_id=papers[0], reason="It is not yours.", by=staff.actor)
        assert not verified(carl)
        own = rest.get(f"contractors/me/documents/{papers[0]}", by=carl).json()["data"]
        assert (own["status"], own["reason"]) == ("refused", "It is not yours.")
        approve_document(document_id=hand_in(carl, "identity"), by=staff.actor)
        assert verified(carl)
        assert rest.delete(f"contractors/me/documents/{papers[1]}", by=carl).status_code == 204
        assert not verified(carl)

    def test_only_staff_decide_and_with_a_reason(self, carl: Who, ann: Who, staff: Who, hand_in: Any) -> None:
        from core.errors import Conflict, FieldErrors, Forbidden

        pk = hand_in(carl)
        with nothing_changes():
            for by in (carl, ann):
                with pytest.raises(Forbidden):
                    approve_document(document_id=pk, by=by.actor)
                with pytest.raises(Forbidden):
                    refuse_document(document_id=pk, reason="No.", by=by.actor)
            with pytest.raises(FieldErrors):
                refuse_document(document_id=pk, reason=" ", by=staff.actor)
        refuse_document(document_id=pk, reason="No.", by=staff.actor)
        with nothing_changes(), pytest.raises(Conflict):
            approve_document(document_id=pk, by=staff.actor)

    def test_in_the_admin(self, carl: Who, hand_in: Any, admin_client: Any) -> None:
        good, bad = hand_in(carl, "licence"), hand_in(carl, "identity")

        def act(action: str, pk: str, **more: str) -> None:
            body = {"action": action, "_selected_action": pk, **more}
            assert admin_client.post("/admin/contractors/document/", body).status_code == 302

        act("approve", good)
        act("refuse", bad)
        assert Document.objects.get(pk=bad).status == "pending"
        act("refuse", bad, reason="Blurred.")
        assert {d.status: d.reason for d in Document.objects.all()} == {"approved": None, "refused": "Blurred."}


class TestLapsing:
    """What time does."""

    def told(self) -> list[int]:
        return [m.context["days"] for m in OutgoingMail.objects.filter(kind="contractors.lapse").order_by("pk")]

    def test_the_owner_is_warned_four_times_and_told_at_the_end(
        self, carl: Who, staff: Who, hand_in: Any, mailoutbox: list[Any]
    ) -> None:
        with time_machine.travel(TODAY, tick=False) as clock:
            approve_all(hand_in, carl, staff, expiresOn="2026-08-01")
            Document.objects.exclude(kind="licence").update(expires_on=None)
            for days in range(70):
                clock.move_to(TODAY + timedelta(days=days))
                lapse_documents()
                warn_of_lapses()
                warn_of_lapses()
            mail.send_due()
        assert self.told() == [30, 14, 7, 1, 0]
        assert not verified(carl)
        assert Document.objects.get(kind="licence").status == "lapsed"
        assert RecordedEvent.objects.filter(type="contractor.updated").count() == 1
        assert len(mailoutbox) == 5
        assert "Your licence document has lapsed" in {m.subject for m in mailoutbox}

    def test_one_that_is_good_for_its_last_day_still(self, carl: Who, staff: Who, hand_in: Any) -> None:
        with time_machine.travel(TODAY, tick=False) as clock:
            approve_all(hand_in, carl, staff, expiresOn="2026-06-10")
            clock.move_to(datetime(2026, 6, 10, 23, 59, tzinfo=UTC))
            assert lapse_documents() == 0
            assert verified(carl)
            clock.move_to(datetime(2026, 6, 11, 0, 1, tzinfo=UTC))
            assert lapse_documents() == 3
            assert not verified(carl)

    def test_handed_in_late_only_the_nearest_step_is_warned_of(self, carl: Who, staff: Who, hand_in: Any) -> None:
        with time_machine.travel(TODAY, tick=False):
            approve_document(document_id=hand_in(carl, expiresOn="2026-06-06"), by=staff.actor)
            warn_of_lapses()
        assert self.told() == [7]

    @pytest.mark.django_db(transaction=True)
    def test_several_workers_tell_once(self, carl: Who, staff: Who, hand_in: Any) -> None:
        with time_machine.travel(TODAY, tick=False):
            approve_all(hand_in, carl, staff, expiresOn="2026-06-06")

            def watch() -> None:
                warn_of_lapses()
                connection.close()

            threads = [Thread(target=watch) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            warn_of_lapses()
        assert self.told() == [7, 7, 7]
        assert DocumentWarning.objects.count() == 3


def test_files_without_a_row_are_swept_up(carl: Who, hand_in: Any, files: Any) -> None:
    hand_in(carl)
    storage.write("documents/stray.pdf", PDF)
    assert forget_stray_documents() == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        assert forget_stray_documents() == 1
    assert len(files()) == 1


def test_who_leaves_takes_their_papers_along(
    rest: Rest, carl: Who, hand_in: Any, files: Any, django_capture_on_commit_callbacks: Any
) -> None:
    hand_in(carl)
    export = rest.get("users/me/export", by=carl).json()["data"]
    assert [paper["filename"] for paper in export["documents"]] == ["paper.pdf"]
    with django_capture_on_commit_callbacks(execute=True):
        assert rest.delete("users/me", by=carl).status_code == 204
    assert (files(), Document.objects.count()) == ([], 0)
