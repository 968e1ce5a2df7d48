"""The site as `make run` starts it, in a folder of its own: the embedded database, demo data, one process."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mintenance.launcher.places import CHECKOUT

# What a newcomer's shell does not have, and this test run does.
_OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "VAR_DIR",
    "MINTENANCE_TEST",
    "DJANGO_SETTINGS_MODULE",
)


@dataclass
class Launched:
    """A running site: its address, what it printed before it served, and its process."""

    url: str
    banner: str
    process: subprocess.Popen[bytes]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it as Ctrl-C or a supervisor would; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(40)


@contextmanager
def launched(var: Path, **environment: str) -> Iterator[Launched]:
    """Start it, and stop it at the end if nobody has."""
    port = _free_port()
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    process = subprocess.Popen(
        [sys.executable, "-m", "mintenance.launcher", "run"],
        cwd=CHECKOUT,
        env={**clean, "PORT": str(port), "VAR_DIR": str(var), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Launched(f"http://127.0.0.1:{port}", _read_banner(process), process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(40)


def _read_banner(process: subprocess.Popen[bytes], seconds: float = 120) -> str:
    assert process.stdout is not None
    deadline, said = time.monotonic() + seconds, ""
    while not re.search(r"Ctrl-C stops everything", said):
        assert time.monotonic() < deadline, f"It does not serve. It said:\n{said}"
        assert process.poll() is None, f"It has ended. It said:\n{said}"
        if select.select([process.stdout], [], [], 0.5)[0]:
            said += os.read(process.stdout.fileno(), 4096).decode()  # not its buffer, which select does not see
    return said


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
