"""Finding one's images again, to attach them."""

import pytest

from accounts.services.images import find_images
from core.errors import FieldErrors
from core.ids import uuid7

pytestmark = pytest.mark.django_db


def test_it_takes_ids_and_urls_and_keeps_their_order(ann, upload, settings):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = (
        "https://mintenance.example",
        ["testserver", ".elsewhere.test"],
    )
    images = [upload(ann) for _ in range(6)]
    refs = [
        str(images[3].pk),
        images[0].pk,
        f"/media/images/{images[1].pk}.webp",
        f"https://mintenance.example/media/images/{images[2].pk}.webp",
        f"http://www.elsewhere.test:8000/media/images/{images[5].pk}/thumbnail.webp",
        str(images[4].pk).upper(),
    ]
    assert find_images(refs, ann) == [images[n] for n in (3, 0, 1, 2, 5, 4)]
    assert find_images([], ann) == []


def test_it_refuses_what_is_not_the_callers(ann, somebody, upload):
    mine, foreign = upload(ann), upload(somebody())
    for bad in (
        str(foreign.pk),
        str(uuid7()),
        "",
        "nonsense",
        "../../etc/passwd",
        f"https://evil.example/media/images/{mine.pk}.webp",
        f"ftp://testserver/media/images/{mine.pk}.webp",
        f"/media/images/{mine.pk}.svg",
        f"/media/images/{foreign.pk}.webp",
        "http://[::1/media",
        f"/media/images/{'-' * 36}.webp",
    ):
        with pytest.raises(FieldErrors) as refused:
            find_images([str(mine.pk), bad], ann)
        assert list(refused.value.details) == ["images"]


def test_it_refuses_the_same_image_twice_in_whatever_form(ann, upload):
    image = upload(ann)
    with pytest.raises(FieldErrors, match="valid") as refused:
        find_images([str(image.pk), f"/media/images/{image.pk}.webp"], ann)
    assert "twice" in refused.value.details["images"][0]


def test_it_refuses_more_than_ten(ann):
    with pytest.raises(FieldErrors) as refused:
        find_images([str(uuid7()) for _ in range(11)], ann)
    assert refused.value.details == {"images": ["At most 10 images."]}
