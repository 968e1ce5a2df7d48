"""Real servers for tests: web processes and a worker on a database of their own, in the run's PostgreSQL and Redis."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from mintenance.launcher.places import CHECKOUT

HOST = "127.0.0.1"


@dataclass
class Site:
    """Web processes that share a database: `urls` has the address of each."""

    environment: dict[str, str]
    log: Path
    urls: list[str] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def database(self) -> str:
        """The database, for psycopg."""
        return self.environment["DATABASE_URL"]

    def sql(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        """The rows of one statement, beside the site."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def start_web(self, *arguments: str, **environment: str) -> str:
        """Another web process; its address once it answers."""
        port = _free_port()
        process = self._spawn("web", "--port", str(port), *arguments, environment=environment)
        url = f"http://{HOST}:{port}"
        _wait_until_it_answers(url, process, self.log)
        self.urls.append(url)
        return url

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """A worker."""
        return self._spawn("worker", environment=environment)

    @contextmanager
    def nursery(self) -> Iterator[Callable[[], int]]:
        """A function that starts a worker at once, and answers its process id. Those that still live are killed."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.nursery"],
                cwd=CHECKOUT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        born: list[int] = []

        def start() -> int:
            print(file=process.stdin, flush=True)
            born.append(int(process.stdout.readline()))
            return born[-1]

        try:
            yield start
        finally:
            for pid in born:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.kill()
            process.communicate()

    def _spawn(self, *arguments: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=CHECKOUT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def manage(self, *arguments: str) -> str:
        """What a command of manage.py prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        """End what was started, and nothing else."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def failures(self) -> list[str]:
        """The lines of the log that tell of a fault of ours."""
        return [line for line in self.log.read_text().splitlines() if '"level":"error"' in line or "Traceback" in line]


@contextmanager
def site(folder: Path, *, webs: int = 1, worker: bool = False, **environment: str) -> Iterator[Site]:
    """A migrated database of its own, so many web processes, and a worker where one is wanted."""
    given = os.environ["DATABASE_URL"]
    name = f"site_{secrets.token_hex(6)}"
    _create(given, name, template=_migrated(given))
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        **os.environ,
        "DATABASE_URL": _address(given, name),
        "ALLOWED_HOSTS": f"localhost,{HOST}",
        "VAR_DIR": str(folder / "var"),
        "MINTENANCE_TEST": "1",
        "RATE_LIMITS": "off",
        "DRAIN_SECONDS": "0",
        **environment,
    }
    (folder / "var" / "static").mkdir(parents=True, exist_ok=True)
    running = Site(own, folder / "log")
    running.log.touch()
    try:
        for _ in range(webs):
            running.start_web()
        if worker:
            running.start_worker()
        yield running
    finally:
        running.stop()
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def _migrated(given: str) -> str:
    """An empty database with all tables, from which those of sites are copied: made once in a run of tests."""
    name = f"migrated_{secrets.token_hex(6)}"
    _create(given, name, template="template1")
    environment = {**os.environ, "DATABASE_URL": _address(given, name), "MINTENANCE_TEST": "1"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"], cwd=CHECKOUT, env=environment, check=True
    )
    return name


def _create(given: str, name: str, *, template: str) -> None:
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _address(given: str, name: str) -> str:
    return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.1)
