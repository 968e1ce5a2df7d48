"""One PostgreSQL of our own: made, started, joined, mended and stopped. The programs may come from anywhere.

Everything lies in one private folder: `data` (with the application's password inside, so that the two cannot part), `log`, `port`
(the last one, taken again when it is free), and two locks. `lock` is held while anybody starts or stops. `owner` is held by the
process that will stop the server; when that process is killed the kernel frees the lock, and the next one to start adopts the server.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from mintenance.launcher.accounts import Account
from mintenance.launcher.binaries import Binaries
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.locks import Lock
from mintenance.launcher.ports import LOOPBACK, free_port, is_free
from mintenance.launcher.processes import command_line, send, wait_until

NAME = "mintenance"
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
_SECONDS_TO_STOP = 15.0
_LOG_BYTES = 1_000_000


class Cluster:
    """A PostgreSQL server and its data in `home`. Not `durable`: quicker, for tests, and lost with the machine's power."""

    def __init__(self, home: Path, binaries: Binaries, account: Account, *, durable: bool = True) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.binaries = binaries
        self.account = account
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._make_home()
        self._lock = Lock(home / "lock")
        self._owner = Lock(home / "owner")
        self.owned = False

    @property
    def url(self) -> str:
        """The address of the application's database. The role owns it and may make others; it is no superuser."""
        password = (self.data / f"{NAME}.password").read_text()
        return f"postgres://{NAME}:{password}@{LOOPBACK}:{self.port}/{NAME}"

    @property
    def port(self) -> int:
        """The port of the server, or of the last one."""
        return int((self.home / "port").read_text())

    def start(self) -> None:
        """Make the data if there are none, and start the server or join the one that runs. Also mends one that was killed."""
        with self._lock.held(_SECONDS_TO_START):
            self._make_data()
            self.owned = self._owner.take()
            if not self.is_running():
                self._forget_strange_pid()
                self._launch()

    def is_running(self) -> bool:
        """Whether a server runs on these data."""
        pid, _ = self._pid_file()
        return pid is not None and str(self.data) in (command_line(pid) or "")

    def stop(self) -> None:
        """Stop the server if it is ours to stop, or was left by a process that was killed. Everything committed is kept."""
        if not self._owner.take():
            return
        with self._lock.held(_SECONDS_TO_START):
            pid, _ = self._pid_file()
            if pid is not None and self.is_running():
                self._end(pid)
            self.owned = False
            self._owner.release()

    # --- Making ----------------------------------------------------------------------------------------------------

    def _make_home(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self.home.stat().st_uid
        if not self.account.lent and owner != self.account.uid:
            raise CannotStart(
                f"{self.home} belongs to another user (uid {owner}): the site was started by them, or as root, before.\n"
                f"Start it as that user again, or remove {self.home.parent} to begin with empty data."
            )
        self.account.own(self.home)
        self.home.chmod(0o700)
        for name in ("lock", "owner"):
            self._keep(name, "")

    def _keep(self, name: str, text: str) -> Path:
        """Write a small file that only the server's account can read."""
        file = self.home / name
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
            opened.truncate(0)
            opened.write(text)
        self.account.own(file)
        return file

    def _make_data(self) -> None:
        """Make the data, the role and the database beside their place, then rename: killed half-way, the next start begins again."""
        if self.data.exists():
            return
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        superuser = self._keep("superuser.password", secrets.token_hex(32))
        utf8 = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if self.binaries.major >= 17 else ["--locale=C.UTF-8"]
        sync = [] if self.durable else ["--no-sync"]
        self._run("initdb", "-D", str(fresh), "--username=postgres", f"--pwfile={superuser}", "--auth=scram-sha-256", "-E", "UTF8", *utf8, *sync)
        superuser.unlink()  # nobody needs it: what a superuser must do is done in single-user mode below
        password = secrets.token_hex(32)
        sql = f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{password}';\nCREATE DATABASE {NAME} OWNER {NAME};\n"
        self._run("postgres", "--single", "-D", str(fresh), "-c", "exit_on_error=true", "postgres", stdin=sql)
        self._keep(f"{fresh.name}/{NAME}.password", password)
        fresh.rename(self.data)

    def _run(self, program: str, *arguments: str, stdin: str = "") -> None:
        done = subprocess.run(
            [self.binaries.folder / program, *arguments],
            env=self.binaries.environment,
            input=stdin,
            capture_output=True,
            text=True,
            **self.account.popen,
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL's {program} failed:\n{_last_lines(done.stderr or done.stdout)}")

    # --- Starting --------------------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Start the server and wait until it answers. Tried again: a port may be taken meanwhile, a killed server's children linger."""
        for _ in range(_TRIES):
            port = self._choose_port()
            process = self._process = self._spawn(port)
            wait_until(lambda: process.poll() is not None or self._pid_file() == (process.pid, "ready"), _SECONDS_TO_START)
            if process.poll() is None and self._pid_file() == (process.pid, "ready"):
                self._keep("port", str(port))
                return
            send(process.pid, signal.SIGQUIT)
            process.wait()
            time.sleep(0.5)
        raise CannotStart(f"PostgreSQL did not start. Its log, {self.log}, ends with:\n{_last_lines(self.log.read_text(errors='replace'))}")

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
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if grown else 0), 0o600), "wb") as log:
            self.account.own(self.log)
            return subprocess.Popen(
                [self.binaries.folder / "postgres", "-D", str(self.data), *options],
                env=self.binaries.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before those who use it have finished
                **self.account.popen,
            )

    def _pid_file(self) -> tuple[int | None, str]:
        """PostgreSQL's own: its process and its state (starting, ready, stopping)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
        except (FileNotFoundError, IndexError, ValueError):
            return None, ""

    def _forget_strange_pid(self) -> None:
        """Remove a pid file whose number now belongs to another process, or to a dead one that nobody reaped.

        PostgreSQL would take either for a running server. A number that belongs to nobody it sorts out by itself, and better.
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

    # --- Stopping --------------------------------------------------------------------------------------------------

    def _end(self, pid: int) -> None:
        for number, seconds in ((signal.SIGINT, _SECONDS_TO_STOP), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            send(pid, number)
            if wait_until(self._has_ended, seconds):
                return
        raise CannotStart(f"PostgreSQL (process {pid}) would not stop.")

    def _has_ended(self) -> bool:
        if self._process is not None:
            self._process.poll()
        return not self.is_running()


def _last_lines(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-8:])
