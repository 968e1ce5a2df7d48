"""Version 1 is version 2 with a few changes, and it says when it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from core import versions


def replace_version_1(monkeypatch, **changes):
    from dataclasses import replace

    monkeypatch.setitem(versions.VERSIONS, "1", replace(versions.VERSIONS["1"], **changes))


class TestChoice:
    def test_the_path_names_it(self, api):
        assert api.get("things", version="v2/")["Api-Version"] == "2"
        assert api.get("things", version="v1/", api_version="2")["Api-Version"] == "1"

    def test_without_one_in_the_path_the_header_does(self, api):
        assert api.get("things", version="", api_version="2")["Api-Version"] == "2"

    def test_without_either_it_is_1(self, api):
        assert api.get("things", version="")["Api-Version"] == "1"

    def test_an_answer_that_the_header_chose_varies_by_it(self, api):
        assert "Api-Version" in api.get("things", version="")["Vary"]
        assert "Api-Version" not in api.get("things")["Vary"]

    @pytest.mark.parametrize(
        ("version", "header"),
        [("v3/", None), ("v0/", None), ("v01/", None), ("", "abc"), ("", "2.0"), ("", "٢")],
    )
    @pytest.mark.parametrize("path", ["things", "nothing"])
    def test_an_unknown_one_is_refused_in_the_form_of_version_2(self, api, version, header, path):
        answer = api.get(path, version=version, **({"api_version": header} if header else {}))
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_api_version")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["supportedVersions"] == [1, 2]


class TestVersion1:
    def test_it_says_that_it_is_deprecated_and_until_when(self, api, settings):
        answer = api.get("things", version="v1/")
        assert answer["Deprecation"] == f"@{int(settings.API_V1_DEPRECATED.timestamp())}"
        assert answer["Sunset"] == "Mon, 01 Nov 2027 00:00:00 GMT"

    def test_its_successor_stands_beside_the_pagination_links(self, api):
        assert api.get("things", version="v1/")["Link"] == (
            '</api/v2/things?page=1>; rel="first", <http://127.0.0.1:8000/api/v2/things>; rel="successor-version"'
        )

    @pytest.mark.parametrize("path", ["nothing", "things/mine", "things?foo=1"])
    def test_errors_say_it_too(self, api, path):
        answer = api.get(path, version="v1/")
        assert answer.status_code >= 400
        assert {"Deprecation", "Sunset", "Link"} <= set(answer.headers)

    def test_version_2_says_nothing_of_the_kind(self, api):
        assert not {"Deprecation", "Sunset"} & set(api.get("things").headers)

    def test_it_has_no_cursors(self, api):
        answer = api.get("things?cursor=", version="v1/")
        assert (answer.status_code, list(answer.json()["error"]["details"])) == (400, ["cursor"])
        assert api.get("things?cursor=").status_code == 200

    def test_after_its_sunset_it_is_gone_and_names_its_successor(self, api, monkeypatch):
        replace_version_1(monkeypatch, sunset=datetime.now(UTC) - timedelta(seconds=1))
        answer = api.get("things", version="v1/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "API_VERSION_GONE")
        assert 'rel="successor-version"' in answer["Link"]
        assert api.get("things").status_code == 200

    def test_before_its_sunset_it_is_there(self, api, monkeypatch):
        replace_version_1(monkeypatch, sunset=datetime.now(UTC) + timedelta(seconds=60))
        assert api.get("things", version="v1/").status_code == 200


def test_a_slash_at_the_end_changes_nothing(api):
    plain, slashed = api.get("things"), api.get("things/")
    assert (slashed.status_code, slashed.content, slashed["ETag"]) == (200, plain.content, plain["ETag"])
    assert api.post("things/", {"title": 1}, by="ann").json()["instance"] == "/api/v2/things"


def test_two_slashes_are_another_address(api):
    assert api.get("things//").status_code == 404
    assert api.get("/api//v2/things").status_code == 404
