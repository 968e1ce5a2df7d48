"""Uploading: what is kept, under which name, and that nothing is left when it fails."""

import threading
from io import BytesIO

import pytest
from django.db import connection, transaction

from accounts.actors import STRANGER, InsufficientScope
from accounts.exceptions import NotAnImage, StorageQuotaExceeded
from accounts.models import Image
from accounts.services import images
from accounts.services.images import safe_filename, upload_image
from core import storage
from core.errors import NotSignedIn, TooLarge
from tests.accounts.images import corpus

pytestmark = pytest.mark.django_db


def test_it_keeps_the_picture_its_thumbnail_and_a_row(ann, upload, files):
    image = upload(ann, corpus.jpeg(1000, 500), "My kitchen.JPG")
    assert image.owner_id == ann.id
    assert (image.filename, image.mimetype, image.width, image.height) == (
        "My kitchen.JPG",
        "image/webp",
        1000,
        500,
    )
    assert files() == sorted(image.files)
    assert image.size == len(storage.read(image.key)) + len(storage.read(image.thumbnail_key))


def test_the_names_of_files_are_random_and_tell_nothing(ann, upload):
    first, second = upload(ann), upload(ann)
    assert first.key != second.key
    for image in (first, second):
        assert "kitchen" not in image.key
        assert str(image.pk) not in image.key


@pytest.mark.parametrize(("sent", "kept"), list(corpus.names()))
def test_it_keeps_no_more_of_a_name_than_is_safe(sent, kept):
    assert safe_filename(sent) == kept


def test_a_name_never_reaches_the_disk(ann, upload, files):
    for sent, kept in corpus.names():
        image = upload(ann, filename=sent)
        assert image.filename == kept
    assert all(name.startswith("images/") and name.endswith(".webp") for name in files())


def test_it_refuses_strangers_and_keys_that_may_not_write(ann, somebody, upload, files):
    key = somebody("contractor", scopes=frozenset({"bids:read", "jobs:read"}))
    for by, refusal in ((STRANGER, NotSignedIn), (key, InsufficientScope)):
        with pytest.raises(refusal):
            upload(by)
    assert not Image.objects.exists()
    assert files() == []


@pytest.mark.parametrize("scope", ["profile:write", "messages:write"])
def test_a_key_that_may_write_may_upload(somebody, upload, scope):
    assert upload(somebody("contractor", scopes=frozenset({scope}))).pk


def test_it_refuses_what_is_too_long_however_it_is_announced(ann, files):
    class Endless(BytesIO):
        size = 10

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size >= 0, "it may not ask for everything"
            return b"\xff\xd8" + bytes(size - 2)

    with pytest.raises(TooLarge):
        upload_image(file=Endless(), filename="x.jpg", by=ann)
    assert files() == []


@pytest.mark.parametrize("name", ["html", "svg", "png bomb", "jpeg cut to 50 %"])
def test_nothing_is_left_of_what_it_refuses(ann, upload, files, name):
    with pytest.raises((NotAnImage, TooLarge)):
        upload(ann, corpus.hostile()[name])
    assert files() == []
    assert not Image.objects.exists()


def test_nothing_is_left_when_the_row_cannot_be_made(ann, upload, files, monkeypatch):
    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(images, "_add_image", fail)
    with pytest.raises(RuntimeError):
        upload(ann)
    assert files() == []


def test_nothing_is_left_when_the_second_file_cannot_be_written(ann, upload, files, monkeypatch):
    write = storage.write

    def fail_on_thumbnails(name: str, content: bytes) -> None:
        if "thumbnail" in name:
            raise storage.StorageUnavailable
        write(name, content)

    monkeypatch.setattr(storage, "write", fail_on_thumbnails)
    with pytest.raises(storage.StorageUnavailable):
        upload(ann)
    assert files() == []
    assert not Image.objects.exists()


def test_a_disk_that_is_full_is_an_unavailable_storage(ann, upload, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(storage.StorageUnavailable):
        upload(ann)
    assert not Image.objects.exists()


def test_it_refuses_more_than_the_quota(ann, somebody, upload, files, settings):
    first = upload(ann)
    settings.IMAGE_QUOTA_BYTES = first.size + first.size // 2
    with pytest.raises(StorageQuotaExceeded) as refused:
        upload(ann)
    assert (refused.value.status, refused.value.code) == (413, "storage_quota_exceeded")
    assert files() == sorted(first.files)
    assert upload(somebody()).pk, "the quota is each person's own"


@pytest.mark.django_db(transaction=True)
def test_uploads_at_the_same_time_keep_to_the_quota_together(ann, upload, files, settings):
    settings.IMAGE_QUOTA_BYTES = upload(ann).size * 2
    refused = []

    def send() -> None:
        try:
            upload(ann)
        except StorageQuotaExceeded as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    assert Image.objects.filter(owner=ann.id).count() == 2
    assert len(files()) == 4


@pytest.mark.django_db(transaction=True)
def test_what_a_rolled_back_transaction_leaves_is_swept_up_later(ann, upload, files, monkeypatch):
    kept = upload(ann)
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = upload(ann)
        raise RuntimeError
    assert set(files()) == {*kept.files, *lost.files}
    assert sum(images.forget_stray_files(shard) for shard in range(256)) == 0, "its row may be about to come"
    monkeypatch.setattr(images, "STRAY_AFTER", -images.STRAY_AFTER)
    assert sum(images.forget_stray_files(shard) for shard in range(256)) == 2
    assert files() == sorted(kept.files)
