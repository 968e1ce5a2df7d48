"""Uploading pictures, finding them again to attach them, and letting them go."""

import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import IO, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.http.request import validate_host

from accounts.actors import Actor, InsufficientScope
from accounts.exceptions import ImageInUse, StorageQuotaExceeded
from accounts.models import Image, Person
from accounts.pictures import MIMETYPE, Picture, make_picture
from core import storage
from core.errors import FieldErrors, Forbidden, NotFound, NotSignedIn, TooLarge
from core.operations import operation

FOLDER = "images"
UNUSED_AFTER, STRAY_AFTER = timedelta(hours=24), timedelta(hours=1)
MOST_ATTACHED = 10
_NAME_LENGTH = 200
_SCOPES = ("profile:write", "messages:write")  # what a key needs to attach images to anything
_URL = re.compile(r"/media/images/([0-9a-f-]{36})(?:/thumbnail)?\.webp", re.IGNORECASE)


def upload_image(*, file: IO[bytes], filename: str, by: Actor) -> Image:
    """Draw the picture in `file` anew and keep it, with a thumbnail.

    The files are written first and the row then, so that no row is without its files; they are deleted when
    the row does not come to be. Refuses with NotAnImage (400), TooLarge, TooManyPixels or
    StorageQuotaExceeded (413), and with TooManyUploads or Unavailable (503).
    """
    owner = _uploader(by)
    content = file.read(settings.IMAGE_MAX_BYTES + 1)
    if len(content) > settings.IMAGE_MAX_BYTES:
        raise TooLarge(f"An image holds at most {settings.IMAGE_MAX_BYTES // 1024 // 1024} MB.")
    _refuse_without_room(owner, 1)  # again below, exactly; here, so that nothing is decoded in vain
    picture = make_picture(content)
    with _written(picture) as (key, thumbnail_key):
        return _add_image(
            owner_id=owner,
            filename=safe_filename(filename),
            picture=picture,
            key=key,
            thumbnail_key=thumbnail_key,
        )


def _uploader(by: Actor) -> UUID:
    """The caller's id. Refuses strangers, and keys that may not write anything that has images."""
    if by.id is None:
        raise NotSignedIn
    if by.scopes is not None and by.scopes.isdisjoint(_SCOPES):
        raise InsufficientScope(f"This API key needs one of the scopes {', '.join(_SCOPES)}.")
    return by.id


def _refuse_without_room(owner: UUID, size: int) -> None:
    if Image.objects.bytes_of(owner) + size > settings.IMAGE_QUOTA_BYTES:
        raise StorageQuotaExceeded


@contextmanager
def _written(picture: Picture) -> Iterator[tuple[str, str]]:
    """The picture's files under new random names, deleted again when the block fails."""
    token = secrets.token_hex(16)
    keys = f"{FOLDER}/{token[:2]}/{token}.webp", f"{FOLDER}/{token[:2]}/{token}-thumbnail.webp"
    try:
        storage.write(keys[0], picture.data)
        storage.write(keys[1], picture.thumbnail)
        yield keys
    except BaseException:
        storage.delete(*keys)
        raise


@operation
def _add_image(*, owner_id: UUID, filename: str, picture: Picture, key: str, thumbnail_key: str) -> Image:
    """The row, while the owner's other uploads wait, so that all together keep to the quota."""
    Person.objects.select_for_update(no_key=True).filter(pk=owner_id).values_list("pk").first()
    size = len(picture.data) + len(picture.thumbnail)
    _refuse_without_room(owner_id, size)
    return Image.objects.create(
        owner_id=owner_id,
        filename=filename,
        mimetype=MIMETYPE,
        width=picture.width,
        height=picture.height,
        size=size,
        key=key,
        thumbnail_key=thumbnail_key,
        sha256=picture.sha256,
    )


def safe_filename(name: str) -> str:
    """The last part of a path, at most 200 long, without controls, marks of direction and the like."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[-4096:]))[-1]
    seen = "".join(
        char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    clean = " ".join(seen.split()).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    if dot and stem and len(ending) <= 8:
        return f"{stem[: _NAME_LENGTH - len(ending) - 1]}.{ending}"
    return clean[:_NAME_LENGTH] or "image"


@operation
def delete_image(*, image_id: UUID, by: Actor) -> None:
    """Delete an image of one's own that is attached to nothing. Else NotFound, Forbidden or ImageInUse."""
    owner = _uploader(by)
    image = Image.objects.visible_to(by.viewer).select_for_update(of=("self",)).filter(pk=image_id).first()
    if image is None:
        raise NotFound
    if image.owner_id != owner:
        raise Forbidden("Only its uploader may delete an image.")
    if _forget([image.pk]) == 0:
        raise ImageInUse


def find_images(refs: Sequence[str | UUID], by: Actor) -> list[Image]:
    """The caller's own images that these ids, or urls that an upload answered, stand for, in this order.

    To be called in the operation that attaches them: they are locked until its end, so that none is deleted
    meanwhile.
    Refuses with FieldErrors on "images": more than 10, the same one twice, or one that is not the caller's.
    """
    if len(refs) > MOST_ATTACHED:
        raise FieldErrors({"images": [f"At most {MOST_ATTACHED} images."]})
    ids = [_image_id(ref) or ref for ref in refs]
    if len(set(ids)) < len(ids):
        raise FieldErrors({"images": ["The same image stands here twice."]})
    rows = Image.objects.select_for_update(no_key=True).order_by("pk")
    sought = [pk for pk in ids if isinstance(pk, UUID)]
    found: dict[Any, Image] = {image.pk: image for image in rows.filter(pk__in=sought, owner=by.id)} if sought else {}
    missing = [str(ref)[:200] for ref, pk in zip(refs, ids, strict=True) if pk not in found]
    if missing:
        raise FieldErrors({"images": [f"{ref} is not an image that you uploaded." for ref in missing]})
    return [found[pk] for pk in ids]


def attach_images(pictures: Any, refs: Sequence[str | UUID], *, by: Actor) -> None:
    """Make these the pictures of what holds them, in this order.

    `pictures` is its related manager of a model with `image` and `position`. Refuses as `find_images` does.
    """
    found = find_images(refs, by=by)
    pictures.all().delete()
    holder = {pictures.field.name: pictures.instance}
    pictures.bulk_create(pictures.model(**holder, image=image, position=n) for n, image in enumerate(found))


def _image_id(ref: str | UUID) -> UUID | None:
    """The id in a reference; None where there is none in it."""
    if isinstance(ref, UUID):
        return ref
    text = str(ref)
    try:
        parts = urlsplit(text)
        if (parts.scheme or parts.netloc) and not _is_here(parts.scheme, parts.hostname or "", parts.netloc):
            return None
        address = _URL.fullmatch(parts.path)
        return UUID(address[1] if address else text)
    except ValueError:
        return None


def _is_here(scheme: str, host: str, netloc: str) -> bool:
    ours = urlsplit(settings.PUBLIC_URL).netloc
    return scheme in ("http", "https") and (netloc == ours or validate_host(host, settings.ALLOWED_HOSTS))


@operation
def forget_unused_images(*, most: int = 200) -> int:
    """Delete up to `most` images that are older than a day and attached to nothing. Answers how many."""
    old = Image.objects.unused().filter(created_at__lt=Now() - UNUSED_AFTER).order_by("created_at")
    ids = list(old.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:most])
    return _forget(ids)


def _forget(ids: Sequence[UUID]) -> int:
    """Delete those of these locked images that are still unused; their files after the commit.

    The lock comes first and this question second: what was attached before the lock was had is seen by it,
    and nothing can be attached while it is held.
    """
    doomed = list(Image.objects.unused().filter(pk__in=ids))
    Image.objects.filter(pk__in=[image.pk for image in doomed]).delete()
    for image in doomed:
        transaction.on_commit(partial(storage.delete, *image.files))
    return len(doomed)


def forget_images_of(person_id: UUID) -> None:
    """Delete all images of a person that are attached to nothing (any more), in the caller's transaction.

    What is left belongs to something that others have too, and loses its name.
    """
    own = Image.objects.filter(owner=person_id).order_by("pk")
    _forget(list(own.select_for_update(of=("self",)).values_list("pk", flat=True)))
    own.update(filename="image")


def forget_stray_files(shard: int) -> int:
    """Delete those files of one of the 256 folders that no image has. Answers how many.

    They are left when a process dies in an upload, or a transaction around it is rolled back. Files of the
    last hour stay, since their rows may be about to come.
    """
    folder = f"{FOLDER}/{shard % 256:02x}"
    names = {f"{folder}/{name}" for name in storage.names_in(folder)}
    known = Image.objects.filter(key__in=names).values_list("key", "thumbnail_key")
    strays = sorted(names - {name for files in known for name in files})
    old = [name for name in strays if storage.age_of(name) > STRAY_AFTER]
    storage.delete(*old)
    return len(old)
