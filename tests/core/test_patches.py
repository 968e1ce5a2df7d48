"""PUT, merge patch and JSON Patch: three ways to the same changes."""

import json
from decimal import Decimal

import pytest
from rest_framework import serializers

from core import patches
from core.inputs import Input
from core.patches import merge, same
from tests.core.door import THING

PATH = f"things/{THING['id']}"
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


def patch(api, *steps, **more):
    return api.patch(PATH, list(steps), by="ann", content_type=PATCH, **more)


def changed(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


class TestMerge:
    """RFC 7396, appendix A."""

    @pytest.mark.parametrize(
        ("target", "given", "result"),
        [
            ({"a": "b"}, {"a": "c"}, {"a": "c"}),
            ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
            ({"a": "b"}, {"a": None}, {}),
            ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
            ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
            ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
            (["a", "b"], ["c", "d"], ["c", "d"]),
            ({"a": "b"}, ["c"], ["c"]),
            ({"a": "foo"}, None, None),
            ({"a": "foo"}, "bar", "bar"),
            ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
            ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ],
    )
    def test_the_examples_of_the_standard(self, target, given, result):
        assert merge(target, given) == result

    @pytest.mark.parametrize("kind", ["application/json", MERGE])
    def test_only_what_differs_is_a_change(self, api, kind):
        body = {"title": "A table", "count": 3, "isOpen": True, "maxBudget": 120.50}
        assert changed(api.patch(PATH, body, by="ann", content_type=kind)) == {"title": "A table"}

    def test_nothing_is_no_change(self, api):
        assert changed(api.patch(PATH, {}, by="ann")) == {}

    def test_null_removes(self, api):
        body = {"maxBudget": None, "tags": None, "place": None}
        assert changed(api.patch(PATH, body, by="ann")) == {"max_budget": None, "tags": [], "place": None}

    def test_null_for_what_must_be_is_refused(self, api):
        answer = api.patch(PATH, {"title": None, "count": None}, by="ann")
        assert (answer.status_code, set(answer.json()["details"])) == (400, {"title", "count"})

    def test_an_object_is_merged_and_validated_whole(self, api):
        assert changed(api.patch(PATH, {"place": {"lat": 52}}, by="ann")) == {"place": {"lat": 52.0, "lng": -0.12}}
        assert api.patch(PATH, {"place": {"lat": None}}, by="ann").status_code == 400

    def test_status_is_a_field_like_any_other(self, api):
        assert changed(api.patch(PATH, {"status": "closed"}, by="ann")) == {"status": "closed"}


class TestReadOnly:
    @pytest.mark.parametrize("method", ["patch", "put"])
    def test_a_field_sent_back_as_it_is_stored_is_ignored(self, api, method):
        body = {**THING, "title": "A table"}
        assert changed(getattr(api, method)(PATH, body, by="ann")) == {"title": "A table"}

    @pytest.mark.parametrize("method", ["patch", "put"])
    @pytest.mark.parametrize("value", ["0192d5f0-0000-7000-8000-000000000001", None, 1, ["x"]])
    def test_another_value_is_refused(self, api, method, value):
        answer = getattr(api, method)(PATH, {**THING, "id": value}, by="ann")
        assert (answer.status_code, answer.json()["code"]) == (400, "read_only_field")
        assert list(answer.json()["details"]) == ["id"]

    @pytest.mark.parametrize("method", ["patch", "put"])
    def test_a_field_that_is_none_is_unknown(self, api, method):
        answer = getattr(api, method)(PATH, {**THING, "owner": "x"}, by="ann")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


class TestPut:
    def test_what_is_left_out_is_emptied(self, api):
        assert changed(api.put(PATH, {"title": "A shelf"}, by="ann")) == {
            "max_budget": None, "tags": [], "place": None,
        }  # fmt: skip

    def test_what_is_required_must_be_there(self, api):
        answer = api.put(PATH, {"count": 1}, by="ann")
        assert (answer.status_code, answer.json()["details"]) == (400, {"title": ["This field is required."]})

    def test_it_takes_no_patch(self, api):
        assert api.put(PATH, [], by="ann", content_type=PATCH).status_code == 415


class TestJsonPatch:
    @pytest.mark.parametrize(
        ("steps", "result"),
        [
            ([{"op": "replace", "path": "/title", "value": "A table"}], {"title": "A table"}),
            ([{"op": "add", "path": "/title", "value": "A table"}], {"title": "A table"}),
            ([{"op": "remove", "path": "/maxBudget"}], {"max_budget": None}),
            ([{"op": "add", "path": "/tags/-", "value": "new"}], {"tags": ["wood", "wall", "new"]}),
            ([{"op": "add", "path": "/tags/0", "value": "new"}], {"tags": ["new", "wood", "wall"]}),
            ([{"op": "remove", "path": "/tags/0"}], {"tags": ["wall"]}),
            ([{"op": "move", "from": "/tags/0", "path": "/tags/1"}], {"tags": ["wall", "wood"]}),
            ([{"op": "copy", "from": "/tags/0", "path": "/title"}], {"title": "wood"}),
            ([{"op": "copy", "from": "/id", "path": "/title"}], {"title": THING["id"]}),  # seen, so it may be read
            ([{"op": "replace", "path": "/place/lat", "value": 1}], {"place": {"lat": 1.0, "lng": -0.12}}),
            ([{"op": "test", "path": "/count", "value": 3.0}], {}),
            ([{"op": "test", "path": "/id", "value": THING["id"]}], {}),
            ([{"op": "test", "path": "/tags", "value": ["wood", "wall"]}, {"op": "replace", "path": "/count", "value": 4}],
             {"count": 4}),
            ([{"op": "replace", "path": "/title", "value": "x"}, {"op": "replace", "path": "/title", "value": "A shelf"}], {}),
            ([], {}),
        ],
    )  # fmt: skip
    def test_the_operations(self, api, steps, result):
        assert changed(patch(api, *steps)) == json.loads(json.dumps(result))

    @pytest.mark.parametrize(
        "step",
        [
            {"op": "replace", "path": "/id", "value": "x"},
            {"op": "remove", "path": "/createdAt"},
            {"op": "add", "path": "/owner", "value": "x"},
            {"op": "add", "path": "/place2/lat", "value": 1},
            {"op": "replace", "path": "", "value": {"title": "x"}},
            {"op": "move", "from": "/id", "path": "/title"},
            {"op": "move", "from": "/title", "path": "/id"},
            {"op": "copy", "from": "/title", "path": "/id"},
            {"op": "add", "path": "/", "value": 1},
            {"op": "add", "path": "/__class__", "value": 1},
            {"op": "add", "path": "/max_budget", "value": 1},
            {"op": "add", "path": "/~1title", "value": 1},
        ],
    )
    def test_it_writes_only_where_it_may(self, api, step):
        answer = patch(api, {"op": "replace", "path": "/title", "value": "y"}, step)
        assert (answer.status_code, answer.json()["code"]) == (422, "path_not_writable")

    @pytest.mark.parametrize(
        "step",
        [
            {"op": "test", "path": "/title", "value": "A table"},
            {"op": "test", "path": "/count", "value": "3"},
            {"op": "test", "path": "/isOpen", "value": 1},
            {"op": "test", "path": "/owner", "value": "x"},
            {"op": "test", "path": "/owner", "value": None},
            {"op": "test", "path": "/tags/7", "value": "x"},
            {"op": "test", "path": "/title/x/y", "value": "x"},
        ],
    )
    def test_a_test_that_fails_is_a_conflict(self, api, step):
        answer = patch(api, {"op": "replace", "path": "/title", "value": "y"}, step)
        assert (answer.status_code, answer.json()["code"]) == (409, "patch_test_failed")

    @pytest.mark.parametrize(
        "step",
        [
            {"op": "remove", "path": "/tags/9"},
            {"op": "replace", "path": "/place/alt", "value": 1},
            {"op": "add", "path": "/tags/9", "value": "x"},
            {"op": "copy", "from": "/owner", "path": "/title"},
            {"op": "add", "path": "/title/x", "value": 1},
            {"op": "remove", "path": "/tags/-"},
            {"op": "replace", "path": "/tags/01", "value": "x"},
        ],
    )
    def test_a_place_that_is_not_there_is_a_conflict(self, api, step):
        answer = patch(api, step)
        assert (answer.status_code, answer.json()["code"]) == (409, "patch_conflict")

    @pytest.mark.parametrize(
        "document",
        [
            {}, "x", 1, b"null", ["x"], [[]], [None],
            [{}], [{"op": "replace"}], [{"op": "replace", "path": "/title"}], [{"path": "/title", "value": 1}],
            [{"op": "spam", "path": "/title", "value": 1}], [{"op": ["add"], "path": "/title", "value": 1}],
            [{"op": "spam", "path": "/id"}], [{"op": "add", "path": "title", "value": 1}],
            [{"op": "add", "path": 5, "value": 1}], [{"op": "add", "path": ["title"], "value": 1}],
            [{"op": "add", "path": "/a~2b", "value": 1}], [{"op": "test", "path": "/title"}],
            [{"op": "test", "path": "title", "value": 1}], [{"op": "move", "path": "/title"}],
            [{"op": "copy", "path": "/title", "from": 5}], [{"op": "copy", "path": "/title", "from": "title"}],
            [{"op": None, "path": "/title"}],
        ],
    )  # fmt: skip
    def test_what_is_no_patch_is_bad_input(self, api, document):
        answer = api.patch(PATH, document, by="ann", content_type=PATCH)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_patch")

    def test_more_than_a_hundred_operations_are_refused(self, api):
        step = {"op": "test", "path": "/title", "value": "A shelf"}
        assert patch(api, *[step] * 100).status_code == 200
        assert (patch(api, *[step] * 101).json()["code"]) == "invalid_patch"

    def test_doubling_a_list_again_and_again_stops(self, api):
        answer = patch(api, *[{"op": "copy", "from": "/tags", "path": "/tags/-"}] * 100)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_patch")

    def test_flooding_a_list_is_bad_input(self, api):
        answer = patch(api, *[{"op": "add", "path": "/tags/-", "value": "x"}] * 100)
        assert (answer.status_code, list(answer.json()["details"])) == (400, ["tags"])

    def test_what_it_makes_is_validated_as_any_input(self, api):
        answer = patch(api, {"op": "replace", "path": "/count", "value": "4"})
        assert answer.json()["details"] == {"count": ["Expected a whole number."]}
        assert patch(api, {"op": "remove", "path": "/title"}).status_code == 400
        assert patch(api, {"op": "replace", "path": "/place", "value": {"lat": 1}}).status_code == 400


def test_equality_is_that_of_json():
    assert same(1, Decimal("1.0"))
    assert same([{"a": 0.5}], [{"a": Decimal("0.50")}])
    assert not same(True, 1)
    assert not same(None, False)
    assert not same("1", 1)
    assert not same({"a": 1}, {"a": 1, "b": 2})


def test_an_input_may_have_another_form_than_its_resource():
    class Album(Input):
        images = serializers.ListField(child=serializers.CharField())

        @classmethod
        def document(cls, stored):
            return {"images": [image["id"] for image in stored["images"]]}

    stored = {"images": [{"id": "a"}, {"id": "b"}]}
    steps = [{"op": "add", "path": "/images/-", "value": "c"}, {"op": "remove", "path": "/images/0"}]
    assert patches.changes(Album, steps, stored, "PATCH", PATCH) == {"images": ["b", "c"]}
    assert patches.changes(Album, {"images": ["a", "b"]}, stored, "PUT", "application/json") == {}
