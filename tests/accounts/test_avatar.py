"""A person's picture: one of their own uploads, which everybody sees."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Image, Person
from accounts.services.images import forget_unused_images
from core.storage import backend
from tests import cast
from tests.accounts.images.corpus import jpeg
from tests.cast import STRANGER, Rest, Who, nothing_changes, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": backend("", tmp_path)}


@pytest.fixture
def ann() -> Who:
    return cast.homeowner(name="Ann Archer")


def uploaded(rest: Rest, by: Who) -> dict[str, Any]:
    file = BytesIO(jpeg())
    file.name = "me.jpg"
    answer = rest.upload(file, by=by)
    assert answer.status_code == 201, answer.content
    data: dict[str, Any] = answer.json()["data"]
    return data


@pytest.mark.parametrize("named", ["id", "url", "thumbnailUrl"])
def test_an_upload_becomes_the_picture_that_everybody_sees(rest: Rest, ann: Who, named: str) -> None:
    image = uploaded(rest, ann)
    assert rest.get(f"images/{image['id']}").status_code == 404
    answer = rest.patch("users/me", {"avatar": image[named]}, by=ann)
    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["avatar"] == image["thumbnailUrl"]
    assert rest.get(f"users/{ann.id}").json()["data"]["avatar"] == image["thumbnailUrl"]
    assert rest.get(image["thumbnailUrl"]).status_code == 200
    assert rest.get(f"images/{image['id']}").json()["data"] == image


def test_it_stands_beside_what_is_theirs(rest: Rest, ann: Who) -> None:
    image = uploaded(rest, ann)
    rest.patch("users/me", {"avatar": image["id"]}, by=ann)
    job = cast.job_of(ann)
    assert rest.get(f"jobs/{job.pk}").json()["data"]["user"]["avatar"] == image["thumbnailUrl"]
    assert rest.get("events", by=ann).status_code == 200


def test_it_is_taken_off_again(rest: Rest, ann: Who) -> None:
    image = uploaded(rest, ann)
    rest.patch("users/me", {"avatar": image["id"]}, by=ann)
    assert rest.patch("users/me", {"avatar": None}, by=ann).json()["data"]["avatar"] is None
    assert rest.get(image["thumbnailUrl"]).status_code == 404
    assert rest.delete(f"images/{image['id']}", by=ann).status_code == 204


@pytest.mark.parametrize("op", ["remove", "replace"])
def test_a_json_patch_does_so_too(rest: Rest, ann: Who, op: str) -> None:
    image = uploaded(rest, ann)
    value = {"value": None} if op == "replace" else {}
    rest.patch("users/me", {"avatar": image["id"]}, by=ann)
    steps = [{"op": op, "path": "/avatar", **value}]
    answer = rest.patch("users/me", steps, by=ann, content_type="application/json-patch+json")
    assert (answer.status_code, answer.json()["data"]["avatar"]) == (200, None)


def test_what_is_sent_back_changes_nothing(rest: Rest, ann: Who) -> None:
    image = uploaded(rest, ann)
    data = rest.patch("users/me", {"avatar": image["id"]}, by=ann).json()["data"]
    with nothing_changes():
        assert rest.patch("users/me", data, by=ann).json()["data"] == data


def test_while_it_is_worn_it_is_neither_deleted_nor_swept_away(rest: Rest, ann: Who) -> None:
    image = uploaded(rest, ann)
    rest.patch("users/me", {"avatar": image["id"]}, by=ann)
    Image.objects.update(created_at="2026-01-01T00:00Z")
    with nothing_changes():
        refused(rest.delete(f"images/{image['id']}", by=ann), 409, "image_in_use")
        assert forget_unused_images() == 0


@pytest.mark.parametrize("ref", ["of another", "nobody's", "x", "https://elsewhere.example/a.webp", 5, [], ""])
def test_nothing_else_is_a_picture(rest: Rest, ann: Who, bob: Who, ref: Any) -> None:
    ref = {"of another": uploaded(rest, bob)["id"], "nobody's": str(ann.id)}.get(str(ref), ref)
    with nothing_changes():
        answer = rest.patch("users/me", {"avatar": ref, "name": "Changed"}, by=ann)
        refused(answer, 400, "validation_failed")
        assert list(answer.json()["details"]) == ["avatar"]
    assert Person.objects.get(pk=ann.id).avatar is None


def test_strangers_have_none(rest: Rest) -> None:
    with nothing_changes():
        refused(rest.patch("users/me", {"avatar": None}, by=STRANGER), 401, "not_authenticated")
