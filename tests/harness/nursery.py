"""Workers by the dozen: a process that has loaded the site forks one for each line that it reads.

A worker of its own takes seconds of CPU to start; one that is forked takes a hundredth, and is the same worker: its
loops, its threads and its connections are begun in the child. `python -m tests.harness.nursery`, in a site's
environment.
"""

import os
import sys
import threading

import django


def run() -> None:
    """Answer each line with the process id of another worker. They are ended by whoever asked for them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mintenance.settings")
    django.setup()
    from django.conf import settings
    from django.utils.module_loading import import_string

    from mintenance.worker import Worker

    for path, _ in settings.WORKER_LOOPS:
        import_string(path)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            Worker(settings.WORKER_LOOPS).start()
            threading.Event().wait()
        print(child, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    run()
