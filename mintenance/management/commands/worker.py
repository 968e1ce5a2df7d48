"""`manage.py worker`: publishes events, sends mail, runs timers. Any number side by side."""

import gc
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mintenance.worker import Worker


class Command(BaseCommand):
    help = "Do the work that no request waits for, until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: asked.set())
        worker = Worker(settings.WORKER_LOOPS)
        gc.collect()
        gc.freeze()  # what has been loaded stays: the collector need not look through it again and again
        worker.start()
        self.stderr.write(f"Working: {len(settings.WORKER_LOOPS)} loops.")
        asked.wait()
        worker.stop()
