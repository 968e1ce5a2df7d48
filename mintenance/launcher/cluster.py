"""One PostgreSQL of our own: made, started, joined, mended and stopped. The programs may come from anywhere.

Everything lies in one private folder: `data`, `log`, `port` (the last one, taken again when it is free) and
two locks. `lock` is held while anybody starts or stops. `owner` is held by the process that will stop the
server; when that process is killed the kernel frees the lock, and the next one to start adopts the server.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from mintenance.launcher.accounts import Account
from mintenance.launcher.binaries import Binaries
from mintenance.launcher.data import NAME, PASSWORD_FILE, Maker, last_lines
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.locks import Lock
from mintenance.launcher.ports import LOOPBACK, free_port, is_free
from mintenance.launcher.processes import command_line, send, wait_until

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "on",
}
_SETTINGS_OF_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_TRIES = 3
_SECONDS_TO_START = 120.0  # recovery after a crash replays what the last checkpoint left
_LOG_BYTES = 1_000_000
_WAYS_TO_STOP = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class Cluster:
    """A PostgreSQL server and its data, in `home`.

    Not `durable` is quicker, for tests: what it holds is lost with the machine's power.
    """

    def __init__(self, home: Path, binaries: Binaries, account: Account, *, durable: bool = True) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.binaries = binaries
        self.account = account
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock(home / "lock")
        self._owner = Lock(home / "owner")
        self._make_home()

    @property
    def url(self) -> str:
        """The address of the application's database. Its role may make others, and is no superuser."""
        password = (self.data / PASSWORD_FILE).read_text()
        return f"postgres://{NAME}:{password}@{LOOPBACK}:{self.port}/{NAME}"

    @property
    def port(self) -> int:
        """The port of the server, or of the last one."""
        return int((self.home / "port").read_text())

    @property
    def pid(self) -> int | None:
        """The server's process, while it runs."""
        pid, _ = self._pid_file()
        return pid if pid is not None and str(self.data) in (command_line(pid) or "") else None

    def start(self) -> None:
        """Start the server or join the one that runs. Makes missing data, and mends what was killed."""
        with self._lock.held(_SECONDS_TO_START):
            if not self.data.exists():
                Maker(self.binaries, self.account).make(self.data, durable=self.durable)
            self._owner.take()
            if not self.is_running():
                self._forget_strange_pid()
                self._launch()

    def is_running(self) -> bool:
        """Whether a server runs on these data."""
        return self.pid is not None

    def stop(self) -> None:
        """Stop the server if it is ours to stop, or its owner was killed. Everything committed is kept."""
        if not self._owner.take():
            return
        with self._lock.held(_SECONDS_TO_START):
            if (pid := self.pid) is not None:
                self._end(pid)
            self._owner.release()

    def _make_home(self) -> None:
        owner = self.home.stat().st_uid if self.home.exists() else self.account.uid
        if not self.account.lent and owner != self.account.uid:
            raise CannotStart(
                f"{self.home} belongs to another user (uid {owner}): they or root started the site before.\n"
                f"Start it as that user again, or remove {self.home.parent} to begin with empty data."
            )
        self.account.make_folder(self.home)
        for lock in (self._lock, self._owner):
            if not lock.path.exists():
                self.account.write(lock.path, "")

    # --- Starting ----------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Start the server and wait until it answers.

        Tried again, because another program may take the port meanwhile, and because the children of a killed
        server linger for a moment.
        """
        for _ in range(_TRIES):
            port = self._choose_port()
            self._process = self._spawn(port)
            wait_until(lambda: self._has_died() or self._is_ready(), _SECONDS_TO_START)
            if self._is_ready() and not self._has_died():
                self.account.write(self.home / "port", str(port))
                return
            send(self._process.pid, signal.SIGQUIT)
            self._process.wait()
            time.sleep(0.5)
        said = last_lines(self.log.read_text(errors="replace"))
        raise CannotStart(f"PostgreSQL did not start. Its log, {self.log}, ends with:\n{said}")

    def _choose_port(self) -> int:
        try:
            last = self.port
        except (FileNotFoundError, ValueError):
            return free_port()
        return last if is_free(last) else free_port()

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = {**_SETTINGS, **({} if self.durable else _SETTINGS_OF_TESTS), "port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        grown = self.log.exists() and self.log.stat().st_size > _LOG_BYTES
        with self.account.open(self.log, os.O_WRONLY | (os.O_TRUNC if grown else os.O_APPEND)) as log:
            return subprocess.Popen(
                [self.binaries.folder / "postgres", "-D", str(self.data), *options],
                env=self.binaries.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal must not reach it before those who use it have finished.
                start_new_session=True,
                **self.account.popen,
            )

    def _is_ready(self) -> bool:
        return self._process is not None and self._pid_file() == (self._process.pid, "ready")

    def _has_died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _pid_file(self) -> tuple[int | None, str]:
        """PostgreSQL's own: its process and its state (starting, ready, stopping)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
        except (FileNotFoundError, IndexError, ValueError):
            return None, ""

    def _forget_strange_pid(self) -> None:
        """Remove a pid file whose number is now another process's, or a dead one's that nobody reaped.

        PostgreSQL would take either for a running server. A number that is nobody's it sorts out by itself.
        """
        pid, _ = self._pid_file()
        if pid is None:
            return
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        except PermissionError:
            pass
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    # --- Stopping ----------------------------------------------------------------------------------------

    def _end(self, pid: int) -> None:
        for number, seconds in _WAYS_TO_STOP:
            send(pid, number)
            if wait_until(self._has_ended, seconds):
                return
        raise CannotStart(f"PostgreSQL (process {pid}) would not stop.")

    def _has_ended(self) -> bool:
        self._has_died()  # reaps it when it is our child
        return not self.is_running()
