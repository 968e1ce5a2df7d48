"""Looking at and ending processes that may not be our children."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def command_line(pid: int) -> str | None:
    """The command of a living process, its words parted by blanks.

    None when it is gone, or dead but not reaped.
    """
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
            or None
        )
    except FileNotFoundError:
        if Path("/proc/self/cmdline").exists():
            return None
    except ProcessLookupError:
        return None
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip() or None


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or a zombie whose threads are too: the last of them closes its sockets."""
    if not Path("/proc/self/stat").exists():
        return command_line(pid) is None
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state in "ZX" and len(list(Path(f"/proc/{pid}/task").iterdir())) <= 1
    except (FileNotFoundError, ProcessLookupError):
        return True


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is gone already is no error."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@contextmanager
def undisturbed() -> Iterator[None]:
    """Finish the block whatever signals come: an impatient second Ctrl-C would leave a server behind."""
    before = {
        number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Ask until it holds or `seconds` have passed; say whether it held."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
