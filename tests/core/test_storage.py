"""STORAGE_URL: what it may say, and that a wrong one stops the start with one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.storage import backend

GOOD = "s3://key:s%2Fcret@store.example:9000/pictures?region=eu-west-2&tls=off&path_style=on"


def test_without_it_files_go_to_the_folder_and_are_the_sites_alone(tmp_path):
    options = backend("", tmp_path)["OPTIONS"]
    assert options == {
        "location": str(tmp_path),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }


def test_it_reads_every_part():
    options = backend(GOOD, Path())["OPTIONS"]
    config = options.pop("client_config")
    assert options == {
        "access_key": "key",
        "secret_key": "s/cret",
        "bucket_name": "pictures",
        "endpoint_url": "http://store.example:9000",
        "region_name": "eu-west-2",
        "default_acl": None,
        "file_overwrite": True,
    }
    assert config.s3 == {"addressing_style": "path"}
    assert config.connect_timeout + config.read_timeout < 15


def test_it_defaults_to_tls_and_the_bucket_in_the_host_name():
    options = backend("s3://key:secret@s3.example/pictures", Path())["OPTIONS"]
    assert options["endpoint_url"] == "https://s3.example"
    assert options["client_config"].s3 == {"addressing_style": "virtual"}


@pytest.mark.parametrize(
    "url",
    [
        "https://key:secret@host/bucket",
        "s3://host/bucket",
        "s3://key@host/bucket",
        "s3://key:secret@/bucket",
        "s3://key:secret@host",
        "s3://key:secret@host/ab",
        "s3://key:secret@host/bucket/folder",
        "s3://key:secret@host:port/bucket",
        "s3://key:secret@host:0/bucket",
        "s3://key:secret@[::1/bucket",
        "s3://key:secret@host/bucket#part",
        "s3://key:secret@host/bucket?colour=red",
        "s3://key:secret@host/bucket?tls=perhaps",
        "bucket",
    ],
)
def test_it_says_what_is_wrong_without_the_secret(url):
    with pytest.raises(ValueError, match="expected s3://") as refused:
        backend(url, Path())
    assert "secret@host/" not in str(refused.value)
    assert ":secret@host:port" not in str(refused.value).replace("key:secret@host[:port]", "")


def test_a_wrong_one_stops_the_start_with_one_line():
    environment = {**os.environ, "STORAGE_URL": "ftp://somewhere"}
    ended = subprocess.run(
        [sys.executable, "-c", "import mintenance.settings"], env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Mintenance cannot start: STORAGE_URL is not valid: expected s3://")
    assert ended.stderr.count("\n") == 1
