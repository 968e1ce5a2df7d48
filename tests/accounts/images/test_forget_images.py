"""Letting images go: by their owner, and by the worker."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.actors import STRANGER
from accounts.exceptions import ImageInUse
from accounts.models import Image
from accounts.services.images import delete_image, find_images, forget_unused_images
from core.errors import Forbidden, NotFound, NotSignedIn
from core.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


def age(image: Image, hours: int) -> None:
    Image.objects.filter(pk=image.pk).update(created_at=timezone.now() - timedelta(hours=hours))


def test_the_uploader_deletes_an_image_and_its_files(ann, upload, files):
    image, other = upload(ann), upload(ann)
    delete_image(image_id=image.pk, by=ann)
    assert list(Image.objects.all()) == [other]
    assert files() == sorted(other.files)


def test_the_files_stay_when_the_deletion_is_rolled_back(ann, upload, files):
    image = upload(ann)
    with pytest.raises(RuntimeError), transaction.atomic():
        delete_image(image_id=image.pk, by=ann)
        raise RuntimeError
    assert files() == sorted(image.files)
    assert Image.objects.filter(pk=image.pk).exists()


def test_it_refuses_everybody_else(ann, somebody, upload, files, attach):
    hidden, shown = upload(ann), upload(ann)
    attach(shown, ann)
    for by, image, refusal in (
        (STRANGER, hidden, NotSignedIn),
        (somebody(), hidden, NotFound),
        (somebody("staff"), hidden, Forbidden),
        (somebody("contractor"), shown, Forbidden),
    ):
        with pytest.raises(refusal):
            delete_image(image_id=image.pk, by=by)
    with pytest.raises(NotFound):
        delete_image(image_id=uuid7(), by=ann)
    assert Image.objects.count() == 2
    assert len(files()) == 4


def test_it_refuses_while_the_image_is_attached(ann, upload, files, attach):
    image = upload(ann)
    attach(image, ann)
    with pytest.raises(ImageInUse):
        delete_image(image_id=image.pk, by=ann)
    assert Image.objects.filter(pk=image.pk).exists()
    assert len(files()) == 2


def test_the_worker_forgets_what_was_attached_to_nothing_for_a_day(ann, upload, files, attach):
    fresh, old, used = upload(ann), upload(ann), upload(ann)
    attach(used, ann)
    age(old, 25)
    age(used, 25)
    assert forget_unused_images() == 1
    assert set(Image.objects.all()) == {fresh, used}
    assert set(files()) == {*fresh.files, *used.files}
    assert forget_unused_images() == 0


def test_the_worker_forgets_a_bounded_number_at_once(ann, upload):
    for _ in range(3):
        age(upload(ann), 25)
    assert [forget_unused_images(most=2) for _ in range(3)] == [2, 1, 0]


def test_the_worker_does_not_take_what_is_being_attached(ann, upload, attach):
    image = upload(ann)
    age(image, 25)
    held, go_on, forgotten = threading.Event(), threading.Event(), []

    def attach_slowly() -> None:
        with transaction.atomic():
            attach(find_images([str(image.pk)], ann)[0], ann)
            held.set()
            go_on.wait(5)
        connection.close()

    thread = threading.Thread(target=attach_slowly)
    thread.start()
    held.wait(5)
    forgotten.append(forget_unused_images())
    go_on.set()
    thread.join()
    forgotten.append(forget_unused_images())
    assert forgotten == [0, 0]
    assert Image.objects.filter(pk=image.pk).exists()
