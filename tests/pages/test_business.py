"""What a contractor shows and hands in, and a picture of oneself, on pages."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Person
from contractors.models import Document, PortfolioItem
from tests.cast import Who, nothing_changes
from tests.pages.people import browser_of, page, send

pytestmark = pytest.mark.django_db


def picture(name: str = "wall.png") -> Any:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


def test_work_is_shown_changed_and_taken_away(carl: Who) -> None:
    client = browser_of(carl)
    assert "Nothing yet." in page(client, "/settings/portfolio")
    fields = {"title": "A long wall", "description": "Of brick", "completed_on": "2026-01-02"}
    assert "It is shown in your profile now." in send(client, "/settings/portfolio", **fields, pictures=picture())
    item = PortfolioItem.objects.get()
    (shown,) = item.pictures.all()
    assert "A long wall" in page(Client(), f"/contractors/{carl.id}")
    address = f"/settings/portfolio/{item.pk}"
    assert str(shown.image_id) in page(client, address)
    send(client, address, title="A longer wall", description="", completed_on="", images=str(shown.image_id))
    item.refresh_from_db()
    assert (item.title, item.description, item.completed_on, item.pictures.count()) == ("A longer wall", "", None, 1)
    assert "It is shown no longer." in send(client, f"{address}/remove")
    assert not PortfolioItem.objects.exists()


def test_work_of_the_future_is_refused_beside_its_field(carl: Who) -> None:
    answer = browser_of(carl).post("/settings/portfolio", {"title": "A wall", "completed_on": "2999-01-01"})
    assert answer.status_code == 400
    assert 'id="id_completed_on_error"' in answer.text


def test_others_touch_neither_work_nor_papers(carl: Who, dora: Who, ann: Who) -> None:
    send(browser_of(carl), "/settings/portfolio", title="A wall")
    send(browser_of(carl), "/settings/documents", kind="licence", file=picture())
    item, paper = PortfolioItem.objects.get(), Document.objects.get()
    other, homeowner = browser_of(dora), browser_of(ann)
    with nothing_changes():
        assert other.get(f"/settings/portfolio/{item.pk}").status_code == 404
        assert other.post(f"/settings/portfolio/{item.pk}", {"title": "Mine"}).status_code == 404
        assert other.post(f"/settings/portfolio/{item.pk}/remove").status_code == 404
        assert other.post(f"/settings/documents/{paper.pk}/open").status_code == 404
        assert other.post(f"/settings/documents/{paper.pk}/delete").status_code == 404
        for address in ("/settings/portfolio", "/settings/documents"):
            assert homeowner.get(address).status_code == 403


def test_a_paper_is_handed_in_opened_and_deleted(carl: Who) -> None:
    client = browser_of(carl)
    fields = {"kind": "insurance", "expires_on": "2030-01-01"}
    shown = send(client, "/settings/documents", **fields, file=picture("policy.png"))
    assert "Staff will look at it." in shown
    assert "policy" in shown
    paper = Document.objects.get()
    opened = client.post(f"/settings/documents/{paper.pk}/open", follow=True)
    assert opened.status_code == 200
    assert opened["Content-Type"] == "image/webp"
    assert "The document is deleted." in send(client, f"/settings/documents/{paper.pk}/delete")
    assert not Document.objects.exists()


def test_what_is_no_document_is_refused_beside_its_field(carl: Who) -> None:
    file = io.BytesIO(b"no paper at all")
    file.name = "paper.pdf"
    answer = browser_of(carl).post("/settings/documents", {"kind": "licence", "file": file})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_a_picture_of_oneself_is_set_and_kept(ann: Who) -> None:
    client = browser_of(ann)
    send(client, "/settings", name="Ann Archer", pictures=picture("me.png"))
    avatar = Person.objects.get(pk=ann.id).avatar_id
    assert avatar is not None
    send(client, "/settings", name="Ann A. Archer")
    person = Person.objects.get(pk=ann.id)
    assert (person.name, person.avatar_id) == ("Ann A. Archer", avatar)
