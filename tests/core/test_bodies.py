"""Bodies that nobody should send: each is refused with a code, and none is a fault."""

import gzip
import io
import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core.models import OutgoingMail

GOOD = b'{"title": "x"}'
DEEP = 10_000

MALFORMED = {
    "empty": b" ",
    "not JSON": b"hello",
    "half": b'{"title": "x"',
    "two": b"{}{}",
    "a comma too many": b'{"title": "x",}',
    "single quotes": b"{'title': 'x'}",
    "a comment": b'{"title": "x" /* why */}',
    "a duplicate key": b'{"title": "x", "title": "y"}',
    "a duplicate key within": b'{"title": "x", "place": {"lat": 1, "lat": 2}}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"count": Infinity}',
    "-Infinity": b'{"count": -Infinity}',
    "1e400": b'{"count": 1e400}',
    "-1e400": b'{"count": -1e400}',
    "1e999999999": b'{"count": 1e999999999}',
    "400 digits": b'{"count": ' + b"9" * 400 + b"}",
    "a million digits": b'{"count": ' + b"9" * 1_000_000 + b"}",
    "a leading zero": b'{"count": 01}',
    "a plus": b'{"count": +1}',
    "hexadecimal": b'{"count": 0x10}',
    "lists within lists": b"[" * DEEP + b"]" * DEEP,
    "lists without end": b"[" * 500_000,
    "objects within objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "51 levels": b'{"title": ' + b"[" * 50 + b"]" * 50 + b"}",
    "NUL": b'{"title": "a\x00b"}',
    "NUL, escaped": b'{"title": "a\\u0000b"}',
    "NUL in a name": b'{"ti\\u0000tle": "x"}',
    "NUL far down": b'{"tags": [["\\u0000"]]}',
    "a line break in text": b'{"title": "a\nb"}',
    "half a surrogate pair": b'{"title": "\\ud800"}',
    "the other half": b'{"title": "\\udc00\\ud800"}',
    "half a pair in a name": b'{"\\udfff": 1}',
    "a bad escape": b'{"title": "\\x41"}',
    "a short escape": b'{"title": "\\u12"}',
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-32": GOOD.decode().encode("utf-32-be"),
    "Latin-1": b'{"title": "\xe9"}',
    "cut within a character": b'{"title": "\xc3"}',
    "overlong UTF-8": b'{"title": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"title": "\xed\xa0\x80"}',
    "beyond Unicode": b'{"title": "\xf7\xbf\xbf\xbf"}',
    "packed": gzip.compress(GOOD, mtime=0),
    "an entity": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
}
INVALID = {
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a string": b'"x"',
    "nothing required": b"{}",
    "an unknown field": b'{"title": "x", "id": "y"}',
    "a field in snake_case": b'{"title": "x", "max_budget": 1}',
    "a name of Python's": b'{"title": "x", "__class__": {"a": 1}}',
    "null where it may not be": b'{"title": null}',
    "a number for a string": b'{"title": 5}',
    "a list for a string": b'{"title": ["x"]}',
    "an object for a string": b'{"title": {"a": "b"}}',
    "true for a string": b'{"title": true}',
    "only spaces": b'{"title": "   "}',
    "a string for a number": b'{"title": "x", "count": "5"}',
    "true for a number": b'{"title": "x", "count": true}',
    "a fraction for a whole number": b'{"title": "x", "count": 1.5}',
    "308 digits": b'{"title": "x", "count": ' + b"9" * 308 + b"}",
    "1e308": b'{"title": "x", "count": 1e308}',
    "1e308 as money": b'{"title": "x", "maxBudget": 1e308}',
    "1e-399 as money": b'{"title": "x", "maxBudget": 1e-399}',
    "a hundred thousand decimals": b'{"title": "x", "maxBudget": 0.' + b"0" * 100_000 + b"1}",
    "minus as money": b'{"title": "x", "maxBudget": -1}',
    "three decimals as money": b'{"title": "x", "maxBudget": 1.001}',
    "a string as money": b'{"title": "x", "maxBudget": "1.00"}',
    "too large a whole number for a place": b'{"title": "x", "place": {"lat": 1' + b"0" * 307 + b', "lng": 0}}',
    "a string for yes or no": b'{"title": "x", "isOpen": "true"}',
    "one for yes": b'{"title": "x", "isOpen": 1}',
    "a string for a list": b'{"title": "x", "tags": "abc"}',
    "an object for a list": b'{"title": "x", "tags": {"0": "a"}}',
    "numbers in a list of strings": b'{"title": "x", "tags": ["a", 1]}',
    "null in a list": b'{"title": "x", "tags": [null]}',
    "a list too long": b'{"title": "x", "tags": ' + json.dumps(["a"] * 1000).encode() + b"}",
    "a list for an object": b'{"title": "x", "place": [1, 2]}',
    "half a place": b'{"title": "x", "place": {"lat": 1}}',
    "an unknown field within": b'{"title": "x", "place": {"lat": 1, "lng": 1, "alt": 1}}',
    "a choice that is none": b'{"title": "x", "status": "OPEN"}',
    "a number for a choice": b'{"title": "x", "status": 0}',
    "100,000 unknown fields": json.dumps({f"a{n}": 1 for n in range(60_000)}).encode(),
    "50 levels": b'{"title": ' + b"[" * 49 + b"]" * 49 + b"}",
}


@pytest.mark.django_db
class TestHostile:
    @pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
    @pytest.mark.parametrize("version", ["v2/", "v1/"])
    def test_malformed_json(self, api, body, version):
        answer = api.post("things", body, by="ann", version=version)
        code = answer.json()["code"] if version == "v2/" else answer.json()["error"]["code"].lower()
        assert (answer.status_code, code) == (400, "malformed_json")
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize("body", INVALID.values(), ids=INVALID)
    def test_json_that_says_the_wrong_thing(self, api, body):
        answer = api.post("things", body, by="ann")
        assert answer.status_code == 400
        assert answer.json()["code"] in ("validation_failed", "unknown_field", "invalid_input")
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize("method", ["patch", "put"])
    @pytest.mark.parametrize("body", [*MALFORMED.values(), b"[]", b"1", b"null"])
    def test_other_methods_read_as_strictly(self, api, method, body):
        path = "things/0192d5f0-0000-7000-8000-000000000000"
        assert api.ask(method.upper(), path, body, by="ann").status_code == 400

    @pytest.mark.parametrize("kind", ["application/merge-patch+json", "application/json-patch+json"])
    @pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
    def test_patches_too(self, api, kind, body):
        path = "things/0192d5f0-0000-7000-8000-000000000000"
        assert api.patch(path, body, by="ann", content_type=kind).status_code == 400


@pytest.mark.django_db
class TestMediaTypes:
    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", MULTIPART_CONTENT,
            "application/octet-stream", "application/merge-patch+json", "application", "json", "*/*x", "",
            "application/json; charset=utf-16", "application/json; charset=latin-1",
            "application/json;charset=bz2_codec", 'application/json; charset="utf-7"', "application/json;charset=",
        ],
    )  # fmt: skip
    def test_others_are_415(self, api, content_type):
        answer = api.post("things", GOOD, by="ann", content_type=content_type)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize(
        "content_type",
        ["application/json", "application/json; charset=utf-8", 'APPLICATION/JSON; Charset="UTF-8"',
         "application/json; v=2"],
    )  # fmt: skip
    def test_json_is_read(self, api, content_type):
        assert api.post("things", GOOD, by="ann", content_type=content_type).status_code == 201

    def test_a_packed_body_is_not_unpacked(self, api):
        answer = api.post("things", gzip.compress(GOOD, mtime=0), by="ann", content_encoding="gzip")
        assert answer.status_code == 415


def ask(body: io.IOBase, **environ: str) -> tuple[int, dict]:
    """A request as a server hands it over, whatever its Content-Length says."""
    answer = Client().request(
        **{
            "REQUEST_METHOD": "POST", "PATH_INFO": "/api/v2/things", "HTTP_HOST": "testserver",
            "CONTENT_TYPE": "application/json", "HTTP_AUTHORIZATION": "Bearer ann", "wsgi.input": body, **environ,
        }
    )  # fmt: skip
    return answer.status_code, answer.json()


@pytest.mark.django_db
class TestLength:
    LARGE = b'{"title": "' + b"x" * (1024 * 1024) + b'"}'

    def test_more_than_a_megabyte_is_413(self, api):
        answer = api.post("things", self.LARGE, by="ann")
        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")

    def test_a_megabyte_is_read(self, api):
        body = b'{"title": "x"' + b" " * (1024 * 1024 - 14) + b"}"
        assert api.post("things", body, by="ann").status_code == 201

    def test_a_length_that_is_too_small_cuts_the_body(self):
        assert ask(BytesIO(self.LARGE), CONTENT_LENGTH="5")[1]["code"] == "malformed_json"

    def test_a_length_that_is_too_large_reads_what_there_is(self):
        assert ask(BytesIO(GOOD), CONTENT_LENGTH="500")[0] == 201

    def test_a_length_that_is_none_reads_nothing(self):
        for length in ("abc", "-1"):
            assert ask(BytesIO(GOOD), CONTENT_LENGTH=length)[0] == 400

    def test_a_chunked_body_is_read_to_its_end(self):
        chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        assert ask(BytesIO(GOOD), **chunked)[0] == 201
        assert ask(BytesIO(self.LARGE), **chunked)[0] == 413

    def test_a_chunked_body_whose_end_the_server_does_not_tell_is_411(self):
        assert ask(BytesIO(GOOD), HTTP_TRANSFER_ENCODING="chunked")[0] == 411

    def test_no_body_where_one_is_needed(self, api):
        assert api.post("things", by="ann").status_code == 400


class TestUploads:
    def form(self, **parts):
        return encode_multipart(BOUNDARY, parts)

    def upload(self, api, body, **more):
        return api.post(
            "things/upload", body, by="ann", content_type=more.pop("content_type", MULTIPART_CONTENT), **more
        )

    def test_a_file_arrives(self, api):
        answer = self.upload(api, self.form(file=SimpleUploadedFile("../../a.png", b"abc")))
        assert answer.json()["data"] == {"size": 3, "name": "a.png"}

    def test_a_file_over_the_limit_is_413(self, api, settings):
        settings.IMAGE_MAX_BYTES = 1000
        for size in (1001, 100_000):  # refused while reading, and by its Content-Length
            answer = self.upload(api, self.form(file=SimpleUploadedFile("a.png", b"x" * size)))
            assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
        assert self.upload(api, self.form(file=SimpleUploadedFile("a.png", b"x" * 1000))).status_code == 200

    def test_all_files_together_count(self, api, settings):
        settings.IMAGE_MAX_BYTES = 1000
        files = {name: SimpleUploadedFile("a.png", b"x" * 600) for name in ("file", "other")}
        assert self.upload(api, self.form(**files)).status_code == 413

    def test_json_is_not_read_there(self, api):
        assert self.upload(api, b"{}", content_type="application/json").status_code == 415

    @pytest.mark.parametrize(
        "content_type",
        [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=" + "x" * 300,
        ],
    )
    def test_a_form_without_a_boundary_is_refused(self, api, content_type):
        assert self.upload(api, b"--x\r\n", content_type=content_type).status_code in (400, 415)

    def test_a_thousand_fields_too_many(self, api):
        assert self.upload(api, self.form(**{f"a{n}": "1" for n in range(1100)})).status_code == 400
        many = {f"a{n}": SimpleUploadedFile("a", b"") for n in range(150)}
        assert self.upload(api, self.form(**many)).status_code == 400
