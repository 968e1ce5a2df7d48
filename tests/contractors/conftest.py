"""Files of their own for tests of portfolios and documents."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from core.storage import backend
from tests.accounts.images.corpus import jpeg
from tests.cast import Rest, Who

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where this test's uploads go."""
    settings.STORAGES = {**settings.STORAGES, "default": backend("", tmp_path / "media")}
    return tmp_path / "media"


@pytest.fixture
def files(folder: Path) -> Callable[[], list[str]]:
    """The names of all files that are stored at the moment."""
    return lambda: sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def picture(rest: Rest) -> Callable[[Who], dict[str, Any]]:
    """Uploads a picture."""

    def upload(by: Who) -> dict[str, Any]:
        answer = rest.upload(named(jpeg(), "wall.jpg"), by=by)
        assert answer.status_code == 201, answer.content
        data: dict[str, Any] = answer.json()["data"]
        return data

    return upload


def named(content: bytes, name: str) -> BytesIO:
    """A file of an upload."""
    file = BytesIO(content)
    file.name = name
    return file
