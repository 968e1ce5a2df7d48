"""The same uploads in a bucket, over the real S3 protocol."""

from collections.abc import Iterator
from urllib.parse import quote

import boto3
import pytest
from django.test import Client
from moto.server import ThreadedMotoServer

from accounts.exceptions import NotAnImage
from accounts.models import Image
from accounts.services import images
from accounts.services.images import delete_image
from core import storage
from tests.accounts.images import corpus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """host:port of something that speaks S3."""
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(server, settings, tmp_path):
    """An empty bucket, where this test's uploads go."""
    s3 = boto3.resource("s3", endpoint_url=f"http://{server}", **KEYS)
    found = s3.Bucket("uploads")
    found.create()
    url = f"s3://{KEYS['aws_access_key_id']}:{quote(KEYS['aws_secret_access_key'], safe='')}@{server}/uploads"
    options = "?tls=off&path_style=on"
    settings.STORAGES = {**settings.STORAGES, "default": storage.backend(url + options, tmp_path)}
    yield found
    found.objects.all().delete()


KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cr+et", "region_name": "us-east-1"}


def names(bucket) -> list[str]:
    return sorted(found.key for found in bucket.objects.all())


def test_it_keeps_both_files_private_and_serves_them(ann, upload, bucket, attach):
    image = upload(ann, corpus.jpeg(800, 600))
    attach(image, ann)
    assert names(bucket) == sorted(image.files)
    kept = bucket.Object(image.key).get()
    assert kept["ContentType"] == "image/webp"
    answer = Client().get(f"/media/images/{image.pk}.webp")
    assert answer.content == kept["Body"].read()
    grants = bucket.Object(image.key).Acl().grants
    assert not [grant for grant in grants if "AllUsers" in grant["Grantee"].get("URI", "")]


def test_it_leaves_nothing_of_what_it_refuses(ann, upload, bucket, monkeypatch):
    with pytest.raises(NotAnImage):
        upload(ann, b"<html>")

    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(images, "_add_image", fail)
    with pytest.raises(RuntimeError):
        upload(ann)
    assert names(bucket) == []


def test_it_deletes_the_files_with_the_row(ann, upload, bucket):
    image, other = upload(ann), upload(ann)
    delete_image(image_id=image.pk, by=ann)
    assert names(bucket) == sorted(other.files)


def test_it_sweeps_up_what_has_no_row(ann, upload, bucket, monkeypatch):
    kept, lost = upload(ann), upload(ann)
    Image.objects.filter(pk=lost.pk).delete()
    assert sum(images.forget_stray_files(shard) for shard in range(256)) == 0
    monkeypatch.setattr(images, "STRAY_AFTER", -images.STRAY_AFTER)
    assert sum(images.forget_stray_files(shard) for shard in range(256)) == 2
    assert names(bucket) == sorted(kept.files)


def test_a_file_that_is_gone_is_not_found_and_never_an_error_of_ours(ann, upload, bucket, attach):
    image = upload(ann)
    attach(image, ann)
    bucket.Object(image.key).delete()
    assert Client().get(f"/media/images/{image.pk}.webp").status_code == 404


def test_a_bucket_that_does_not_answer_is_an_unavailable_storage(ann, upload, settings, tmp_path, attach):
    image = upload(ann)
    attach(image, ann)
    url = "s3://key:secret@127.0.0.1:9/uploads?tls=off&path_style=on"
    settings.STORAGES = {**settings.STORAGES, "default": storage.backend(url, tmp_path)}
    with pytest.raises(storage.StorageUnavailable):
        upload(ann)
    assert Image.objects.count() == 1
    answer = Client().get(f"/media/images/{image.pk}.webp")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_bucket_that_does_not_exist_is_an_unavailable_storage(ann, upload, server, settings, tmp_path):
    url = f"s3://key:secret@{server}/elsewhere?tls=off&path_style=on"
    settings.STORAGES = {**settings.STORAGES, "default": storage.backend(url, tmp_path)}
    with pytest.raises(storage.StorageUnavailable):
        upload(ann)
    assert not Image.objects.exists()
