"""Bodies are compressed as the client asks, and only those that gain by it."""

import gzip
import json

import brotli
import pytest
import zstandard

from core.compression import choose

UNPACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"), ("*", "zstd"), ("*;q=0.1, gzip;q=0.9", "gzip"),
        ("identity", None), ("", None), ("deflate", None), ("gzip;q=0", None), ("gzip;q=abc", None),
        ("GZIP", "gzip"), ("gzip;q=2", None), (" gzip ; q=0.3 ", "gzip"), ("gzip;q=0.2, identity;q=0.8", None),
    ],
)  # fmt: skip
def test_the_encoding_is_what_the_client_likes_best(accepted, chosen):
    assert choose(accepted) == chosen


@pytest.mark.parametrize("encoding", UNPACK)
def test_a_large_body_is_compressed(api, encoding):
    plain = api.get("things/big")
    packed = api.get("things/big", accept_encoding=encoding)
    assert packed["Content-Encoding"] == encoding
    assert UNPACK[encoding](packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content)) != plain["Content-Length"]
    assert packed["ETag"] == f"W/{plain['ETag']}"
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]


def test_a_compressed_answers_tag_counts_as_the_same(api):
    packed = api.get("things/big", accept_encoding="gzip")
    assert api.get("things/big", if_none_match=packed["ETag"]).status_code == 304
    assert api.get("things/big", if_none_match=packed["ETag"], accept_encoding="gzip").status_code == 304


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("things/raw", {}),
        ("things/stream", {}),
        ("things/big", {"x_no_compression": "1"}),
    ],
)
def test_small_bodies_streams_and_who_asks_for_it_get_none(api, path, headers):
    answer = api.get(path, accept_encoding="gzip, br, zstd", **headers)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


def test_errors_that_are_long_are_compressed_too(api):
    body = {f"unknown{n}": 1 for n in range(500)}
    answer = api.post("things", body, by="ann", accept_encoding="gzip")
    assert json.loads(gzip.decompress(answer.content))["code"] == "unknown_field"
