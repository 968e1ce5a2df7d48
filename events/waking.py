"""Work that is done at once when something has happened in this process, without keeping anybody waiting."""

import logging
import time
from collections.abc import Callable
from threading import Event as Signal
from threading import Lock, Thread

from django.db import DatabaseError, InterfaceError, connection

PAUSE = 0.02  # seconds between two turns, so that what happens in a rush shares one

log = logging.getLogger(__name__)


class Waker:
    """One thread a process, started when it is first needed (a server forks before). What it cannot do the worker's
    loops do; the next waking tries again."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name, self._work = name, work
        self._signal, self._lock = Signal(), Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Have it do what there is. Wakings while it is at work are one more turn."""
        if not self._is_running():
            with self._lock:
                if not self._is_running():
                    self._thread = Thread(target=self._run, name=self._name, daemon=True)
                    self._thread.start()
        self._signal.set()

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._signal.wait()
            self._signal.clear()
            try:
                self._work()
                time.sleep(PAUSE)
            except (DatabaseError, InterfaceError):
                log.exception("The %s could not do its work.", self._name)
            finally:
                connection.close_if_unusable_or_obsolete()
