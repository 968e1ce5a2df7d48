"""Everything that is held about oneself, as one JSON file."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from core.holdings import HOLDINGS, Holding, Section
from core.renderers import to_json

IN_MEMORY = 1024 * 1024  # beyond, the file is on the disk
AT_A_TIME = 500


def export_myself(*, by: Actor) -> IO[bytes]:
    """The caller's data, section by section, as `core.holdings` has them. The file is written before it is sent, so
    that a failure is an answer and not half a file."""
    by.needs("account:read")
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    try:
        with transaction.atomic():  # PostgreSQL's cursors, which hand out rows a few at a time, live in a transaction
            for piece in _pieces(by.person_id):
                file.write(piece)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _pieces(person_id: UUID) -> Iterator[bytes]:
    yield b'{"data":{"exportedAt":' + to_json(timezone.now())
    for holding in HOLDINGS.values():
        for section in holding.sections:
            yield b"," + to_json(section.name) + b":"
            yield from _rows(holding, section, person_id)
    yield b"}}\n"


def _rows(holding: Holding, section: Section, person_id: UUID) -> Iterator[bytes]:
    rows = holding.rows(section, person_id)
    if section.single:
        yield rows.first() or b"null"
        return
    between = b"["
    for row in rows.iterator(chunk_size=AT_A_TIME):
        yield between
        yield row
        between = b","
    yield b"[]" if between == b"[" else b"]"
