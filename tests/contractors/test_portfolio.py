"""What contractors show of their work."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection

from accounts.services.people import suspend_person
from contractors.models import PortfolioItem
from contractors.services import portfolio
from events.models import RecordedEvent
from tests import cast
from tests.cast import Rest, Who, nothing_changes, refused

pytestmark = pytest.mark.django_db
WALL = {"title": "A garden wall", "description": "Of old bricks.", "completedOn": "2026-05-01"}


def shown(rest: Rest, who: Who) -> list[Any]:
    data: list[Any] = rest.get(f"contractors/{who.id}").json()["data"]["portfolio"]
    return data


@pytest.fixture
def wall(rest: Rest, carl: Who) -> str:
    answer = rest.post("contractors/me/portfolio", WALL, by=carl)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["data"]["id"])


def test_everybody_sees_it_with_the_contractor_the_newest_first(rest: Rest, carl: Who, picture: Any) -> None:
    images = [picture(carl) for _ in range(2)]
    refs = [images[1]["id"], images[0]["url"]]
    first = rest.post("contractors/me/portfolio", {**WALL, "images": refs}, by=carl)
    assert first["Location"] == f"/api/v2/contractors/me/portfolio/{first.json()['data']['id']}"
    rest.post("contractors/me/portfolio", {"title": "A shed"}, by=carl)
    shed, wall = shown(rest, carl)
    assert (shed["title"], shed["images"], shed["completedOn"]) == ("A shed", [], None)
    assert {name: wall[name] for name in WALL} == WALL
    assert [image["id"] for image in wall["images"]] == [images[1]["id"], images[0]["id"]]
    assert rest.get(images[0]["url"]).status_code == 200
    assert "portfolio" not in rest.get("contractors").json()["data"][0]
    assert [one["title"] for one in rest.get("contractors/me/portfolio", by=carl).json()["data"]] == [
        "A shed",
        "A garden wall",
    ]


def test_it_is_changed_and_taken_away(rest: Rest, carl: Who, wall: str, picture: Any) -> None:
    path, image = f"contractors/me/portfolio/{wall}", picture(carl)
    changed = rest.patch(path, {"title": "A long wall", "images": [image["id"]]}, by=carl)
    assert (changed.json()["data"]["title"], len(changed.json()["data"]["images"])) == ("A long wall", 1)
    refused(rest.delete(f"images/{image['id']}", by=carl), 409, "image_in_use")
    refused(rest.patch(path, {"title": "Late"}, by=carl, if_match='"old"'), 412, "precondition_failed")
    assert rest.delete(path, by=carl).status_code == 204
    assert shown(rest, carl) == []
    assert rest.delete(f"images/{image['id']}", by=carl).status_code == 204
    refused(rest.get(path, by=carl), 404, "not_found")


def test_each_change_is_a_public_event_and_none_is_none(rest: Rest, carl: Who, wall: str) -> None:
    def events() -> int:
        return RecordedEvent.objects.filter(type="contractor.updated", is_public=True).count()

    assert events() == 1
    rest.patch(f"contractors/me/portfolio/{wall}", WALL, by=carl)
    assert events() == 1
    rest.patch(f"contractors/me/portfolio/{wall}", {"description": "New bricks."}, by=carl)
    rest.delete(f"contractors/me/portfolio/{wall}", by=carl)
    assert events() == 3


@pytest.mark.parametrize(
    "body",
    [{}, {"title": "x"}, {**WALL, "completedOn": "2999-01-01"}, {**WALL, "completedOn": "May"}, {**WALL, "images": ["x"]},
     {**WALL, "images": ["x"] * 11}, {**WALL, "title": "x" * 101}, {**WALL, "description": "x" * 2001}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(rest: Rest, carl: Who, body: Any) -> None:
    with nothing_changes():
        refused(rest.post("contractors/me/portfolio", body, by=carl), 400, "validation_failed")


def test_only_contractors_have_one_and_only_their_own_pictures(
    rest: Rest, ann: Who, carl: Who, dora: Who, wall: str, picture: Any
) -> None:
    image, key = picture(dora), carl.with_key("jobs:read")
    with nothing_changes():
        refused(rest.post("contractors/me/portfolio", WALL), 401, "not_authenticated")
        refused(rest.post("contractors/me/portfolio", WALL, by=ann), 403, "wrong_role")
        refused(
            rest.post("contractors/me/portfolio", {**WALL, "images": [image["id"]]}, by=carl), 400, "validation_failed"
        )
        refused(rest.patch(f"contractors/me/portfolio/{wall}", {"title": "Mine"}, by=dora), 404, "not_found")
        refused(rest.delete(f"contractors/me/portfolio/{wall}", by=dora), 404, "not_found")
        refused(rest.post("contractors/me/portfolio", WALL, by=key), 403, "insufficient_scope")
    assert rest.post("contractors/me/portfolio", WALL, by=carl.with_key("profile:write")).status_code == 201


def test_who_is_suspended_shows_nothing(rest: Rest, carl: Who, picture: Any) -> None:
    image = picture(carl)
    rest.post("contractors/me/portfolio", {**WALL, "images": [image["id"]]}, by=carl)
    suspend_person(person_id=carl.id, reason="Spam.", by=cast.staff().actor)
    assert rest.get(f"contractors/{carl.id}").status_code == 404
    assert rest.get(image["url"]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_find_the_last_place(rest: Rest, carl: Who, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "MOST", 3)
    answers: list[Any] = []

    def add() -> None:
        answers.append(rest.post("contractors/me/portfolio", WALL, by=carl))
        connection.close()

    threads = [Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"portfolio_full"}
    assert PortfolioItem.objects.count() == 3
