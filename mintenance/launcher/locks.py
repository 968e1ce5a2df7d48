"""Locks between processes, which the kernel gives back when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mintenance.launcher.errors import CannotStart


class Lock:
    """An exclusive lock on a file. Children do not inherit it: Python opens files close-on-exec."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> bool:
        """Take the lock if nobody has it, and say whether it is ours now."""
        if self._file is None:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens without one."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """Hold the lock for the block; wait `seconds` for it at most, then CannotStart."""
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > deadline:
                raise CannotStart(f"Another process has been busy for {seconds:.0f} s and holds {self.path}.")
            time.sleep(0.05)
        try:
            yield
        finally:
            self.release()
