"""Who the servers run as.

PostgreSQL refuses to run as root, so root lends it to an account without rights.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mintenance.launcher.errors import CannotStart


@dataclass(frozen=True)
class Account:
    """A user of the system. `lent` says that we are root and lend our place to it."""

    name: str
    uid: int
    gid: int
    lent: bool

    @property
    def popen(self) -> dict[str, Any]:
        """What subprocess needs to run as this account."""
        private: dict[str, Any] = {"umask": 0o077, "cwd": "/"}
        return {**private, "user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else private

    def make_folder(self, folder: Path) -> None:
        """Make the folder if it is missing, and close it to everybody but the account (and root)."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.lent:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def write(self, file: Path, text: str) -> None:
        """Write a small file that only the account (and root) can read."""
        with self.open(file, os.O_WRONLY | os.O_TRUNC) as opened:
            opened.write(text.encode())

    def open(self, file: Path, flags: int) -> BinaryIO:
        """Open a file of the account's, made if it is missing.

        Links are not followed: in a folder of the account's own, one could lead root astray.
        """
        number = os.open(file, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if self.lent:
            os.fchown(number, self.uid, self.gid)
        return os.fdopen(number, "wb")

    def can_enter(self, folder: Path) -> bool:
        """Whether the account may pass through the folder, which needs each folder above it too."""
        if not self.lent:
            return os.access(folder, os.X_OK)
        try:
            return subprocess.run(["test", "-x", str(folder)], **self.popen).returncode == 0
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotStart(
                f"PostgreSQL refuses to run as root, and root may not become “{self.name}” here ({error}).\n"
                "Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL that runs elsewhere."
            ) from None


def account_for(checkout: Path, data: Path) -> Account:
    """Us; for root, the owner of the data, else the checkout's owner, else postgres, else nobody."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), lent=False)
    for choice in (_owner(data), _owner(checkout), "postgres", "nobody"):
        try:
            entry = pwd.getpwuid(choice) if isinstance(choice, int) else pwd.getpwnam(choice)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, lent=True)
    raise CannotStart(
        "PostgreSQL refuses to run as root, and there is no account “postgres” or “nobody” to lend it to.\n"
        "Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL that runs elsewhere."
    )


def _owner(path: Path) -> int:
    return path.stat().st_uid if path.exists() else 0
