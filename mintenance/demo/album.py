"""Pictures for many jobs from a few drawings: drawn once, and linked for every job that shows them."""

import os
import secrets
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.storage import FileSystemStorage, storages

from accounts.pictures import MIMETYPE, Picture, make_picture
from core import storage
from mintenance.demo.chance import Chance
from mintenance.demo.drawings import draw_job
from mintenance.demo.town import Life

_DRAWINGS = 4  # for each category
_FAR_AWAY = 500  # pictures that are written one by one, where files cannot be linked

Files = tuple[str, str]


class Album:
    """Hangs pictures on jobs. In a bucket each costs two requests, so only the first jobs get any there."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._drawn: dict[tuple[str, int], tuple[Picture, Files]] = {}
        disk = storages["default"]
        self._disk = disk if isinstance(disk, FileSystemStorage) else None
        self._left = 10**9 if self._disk else _FAR_AWAY

    def how_many(self) -> int:
        """How many pictures the next job has."""
        return min(self._chance.choice((0, 1, 1, 2)), self._left)

    def hang(self, life: Life) -> tuple[UUID, tuple[Any, ...]]:
        """A picture for this job: its id, and its row as `large` writes it."""
        self._left -= 1
        category, number = life.text.category, self._chance.randrange(_DRAWINGS)
        files = self._names()
        picture = self._place(category, number, files)
        image = self._chance.new_id()
        what = (f"{category}.jpg", MIMETYPE, picture.width, picture.height)
        size = len(picture.data) + len(picture.thumbnail)
        return image, (image, life.owner.id, *what, size, *files, picture.sha256, life.written)

    def _names(self) -> Files:
        token = secrets.token_hex(16)  # new each time: the files of an earlier data set may still be there
        return f"images/{token[:2]}/{token}.webp", f"images/{token[:2]}/{token}-thumbnail.webp"

    def _place(self, category: str, number: int, files: Files) -> Picture:
        """Put the drawing under these names; the first time by writing it."""
        known = self._drawn.get((category, number))
        if known is None or self._disk is None:
            picture = known[0] if known else make_picture(draw_job(category, number))
            storage.write(files[0], picture.data)
            storage.write(files[1], picture.thumbnail)
            self._drawn[category, number] = picture, files
            return picture
        for source, target in zip(known[1], files, strict=True):
            path = Path(self._disk.path(target))
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700, parents=True)
            os.link(self._disk.path(source), path)
        return known[0]
