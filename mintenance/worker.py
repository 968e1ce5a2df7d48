"""The work that no request waits for: each loop of settings.WORKER_LOOPS in a thread of its own.

A loop is a function that does a bounded piece of work and says whether it found some: then it is called again
at once. Any number of workers may run side by side; the functions share the work out by themselves, with
locks and leases.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable

from django.db import connections
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 60.0


class Loop(threading.Thread):
    """One function, again and again, until it is told to stop."""

    def __init__(self, path: str, seconds: float, stopping: threading.Event) -> None:
        super().__init__(name=path, daemon=True)
        self._work: Callable[[], object] = import_string(path)
        self._seconds = seconds
        self._stopping = stopping
        self._failures = 0

    def run(self) -> None:
        """Work and pause. The first pause is random, so that workers started together do not stay in step."""
        pause = random.uniform(0, min(self._seconds, 1.0))  # noqa: S311
        while not self._stopping.wait(pause):
            pause = self._once()
        self._finish()

    def _finish(self) -> None:
        """Let work that goes on between its turns come to an end, where it says how."""
        finish = getattr(self._work, "finish", None)
        if finish is None:
            return
        try:
            finish()
        except Exception:
            log.exception("%s did not finish.", self.name)
        finally:
            connections.close_all()

    def _once(self) -> float:
        """Do one piece; how many seconds to pause after it. A failure doubles the pause, up to a minute."""
        try:
            found = self._work()
        except Exception:
            self._failures += 1
            log.exception("%s failed (%d in a row).", self.name, self._failures)
            return _around(min(_LONGEST_PAUSE, max(self._seconds, 1.0) * 2 ** min(self._failures, 6)))
        finally:
            connections.close_all()  # the thread may pause for an hour
        self._failures = 0
        return 0.0 if found else _around(self._seconds)


class Worker:
    """All loops of one process."""

    def __init__(self, loops: Iterable[tuple[str, float]]) -> None:
        self._stopping = threading.Event()
        self._loops = [Loop(path, seconds, self._stopping) for path, seconds in loops]

    def start(self) -> None:
        """Begin, and return."""
        for loop in self._loops:
            loop.start()

    def stop(self, seconds: float = 10.0) -> bool:
        """Let each loop finish its piece; whether all did within `seconds`.

        The database undoes what did not.
        """
        self._stopping.set()
        deadline = time.monotonic() + seconds
        for loop in self._loops:
            if loop.is_alive():
                loop.join(max(0.0, deadline - time.monotonic()))
        late = [loop.name for loop in self._loops if loop.is_alive()]
        if late:
            log.warning("Stopped in the middle of %s.", ", ".join(late))
        return not late


def _around(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311
