"""The servers that are measured: the product as it is meant to run, and where they are at hand, the peers."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg

from mintenance.launcher.accounts import account_for
from mintenance.launcher.binaries import find_binaries
from mintenance.launcher.cluster import Cluster
from mintenance.launcher.places import CHECKOUT, make_passable, room_for
from mintenance.launcher.ports import free_port

HOME = CHECKOUT / "var" / "bench"
HUGE = str(2**30)


def open_cluster() -> Cluster:
    """PostgreSQL with everything that makes it durable, its data kept for the next run."""
    make_passable(HOME)
    account = account_for(CHECKOUT, HOME)
    cluster = Cluster(HOME / "postgres", find_binaries(room_for(CHECKOUT / "var", account), account), account)
    cluster.start()
    return cluster


def make_database(cluster: Cluster, name: str) -> tuple[str, bool]:
    """The address of a database of this name, and whether it is new."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')
    return cluster.url.rpartition("/")[0] + f"/{name}", not known


class Server:
    """A server in a process of its own."""

    def __init__(self, name: str, command: list[str], folder: Path, environment: Mapping[str, str], port: int) -> None:
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        log = (HOME / f"{name.replace('/', '-')}.log").open("ab")
        self._process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log, start_new_session=True
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.2)
        sys.exit(f"{self.name} does not answer; see {HOME}.")

    def kilobytes(self) -> int:
        """What it and the processes below it hold in memory (VmRSS, proc(5))."""
        return sum(_resident(pid) for pid in _family(self._process.pid))

    def stop(self) -> None:
        """End it, and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(25)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def environment_of(database: str, **more: str) -> dict[str, str]:
    """The product's settings: limits are counted, and never used up."""
    rates = ("ANONYMOUS", "ANONYMOUS_AUTH", "READ", "WRITE", "AUTH", "UPLOAD", "SEARCH")
    return {
        "DATABASE_URL": database, "SECRET_KEY": "the benchmark's own", "ALLOWED_HOSTS": "127.0.0.1", "VAR_DIR": str(HOME / "site"),
        "MINTENANCE_TEST": "1", "JWT_ACCESS_SECONDS": "86400", "DRAIN_SECONDS": "0", "LOG_LEVEL": "WARNING",
        **{f"RATE_{name}": HUGE for name in rates}, **more,
    }  # fmt: skip


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """What a command of manage.py prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def start_product(name: str, database: str, **settings: str) -> Server:
    """`manage.py web --only http`, one process."""
    (HOME / "site" / "static").mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "manage.py", "web", "--only", "http", "--port", str(port)]
    return Server(name, command, CHECKOUT, environment_of(database, **settings), port)


def start_peer(folder: Path, system: str, database: str) -> Server:
    """A system of the peers' systems.json, such as `fastify` or `dj_gwsgi2`."""
    declared = json.loads((folder / "systems.json").read_text())[system]
    port = free_port()
    command = shlex.split(declared["cmd"].format(PY=folder / ".venv" / "bin", PORT=port))
    environment = {
        **declared.get("env", {}),
        "PORT": str(port),
        "DSN": database,
        "DATABASE_URL": database,
        "PGURL": database,
    }
    return Server(system, command, folder / declared["cwd"], environment, port)
