"""Who the servers run as, and where their files go."""

import os
import pwd
from pathlib import Path

import pytest

from mintenance.launcher import accounts, places
from mintenance.launcher.accounts import Account, account_for
from mintenance.launcher.errors import CannotStart
from tests.launcher.conftest import NOBODY

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its servers to another account")


def test_an_ordinary_user_is_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    assert account_for(tmp_path, tmp_path) == Account("1234", 1234, os.getegid(), lent=False)


@root_only
def test_root_lends_to_the_owner_of_the_checkout(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    account = account_for(tmp_path, tmp_path / "none")
    assert (account.uid, account.lent) == (NOBODY, True)


@root_only
def test_the_owner_of_the_data_goes_before_the_owner_of_the_checkout(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid not in (0, NOBODY))
    os.chown(data, other.pw_uid, other.pw_gid)
    os.chown(tmp_path, NOBODY, NOBODY)
    assert account_for(tmp_path, data).uid == other.pw_uid


@root_only
def test_root_lends_to_an_account_without_rights_when_all_is_its_own(tmp_path: Path) -> None:
    assert account_for(tmp_path, tmp_path / "none").name in ("postgres", "nobody")


@root_only
def test_a_machine_without_such_an_account_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(accounts.pwd, "getpwnam", unknown)
    with pytest.raises(CannotStart, match="Run this as an ordinary user, or set DATABASE_URL"):
        account_for(tmp_path, tmp_path / "none")


@root_only
def test_root_may_not_be_led_astray_by_a_link(tmp_path: Path) -> None:
    """A folder that belongs to the account may hold links that it made."""
    (tmp_path / "target").write_text("precious")
    (tmp_path / "port").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"):
        Account("nobody", NOBODY, NOBODY, lent=True).write(tmp_path / "port", "5432")
    assert (tmp_path / "target").read_text() == "precious"


@root_only
def test_a_checkout_that_the_account_cannot_reach_keeps_its_data_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = folder.parent / "elsewhere"
    monkeypatch.setattr(places, "ELSEWHERE", elsewhere)
    closed = folder.parent / "closed" / "checkout"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    account = Account("nobody", NOBODY, NOBODY, lent=True)
    room = places.room_for(closed / "var", account)
    assert room.parent == elsewhere
    assert account.can_enter(room)
    assert places.room_for(closed / "var", account) == room, "the same the next time"


@root_only
def test_a_container_that_forbids_changing_users_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(accounts.subprocess, "run", forbidden)
    with pytest.raises(CannotStart, match="root may not become “nobody” here"):
        Account("nobody", NOBODY, NOBODY, lent=True).can_enter(Path("/"))
