"""`manage.py run`: the whole site in one process, for one machine. `make run` gives it a database."""

import io
import json
import os
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from mintenance import server
from mintenance.worker import Worker

DEMO_FILE = settings.VAR_DIR / "demo.json"
_BANNER = """
  Mintenance is running on {url}

    REST API   {url}/api/v2/jobs
    API docs   {url}/api/docs
    Admin      {url}/admin/
{people}
  Ctrl-C stops everything.
"""


class Command(BaseCommand):
    help = "Bring the database up to date, then serve the site and do the worker's work, all in this process."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
        parser.add_argument("--demo", action="store_true", help="fill an empty database with demo data")
        parser.add_argument("--follow", action="store_true", help="stop when standard input ends")

    def handle(self, *, host: str, port: int, demo: bool, follow: bool, **options: Any) -> None:
        if follow:
            threading.Thread(target=_stop_when_stdin_ends, daemon=True).start()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        self._migrate()
        if demo and not get_user_model().objects.exists():
            self._make_demo()
        # The loops run in threads here, not in a process of their own: without Redis the channel layer is
        # this process's memory, and what the worker publishes has to wake the sockets that it serves.
        worker = Worker(settings.WORKER_LOOPS)
        worker.start()
        server.serve_everything(server.Door(host, port), opened=self._show_banner)
        worker.stop()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"Bringing the database up to date ({len(plan)} migrations) …")
            call_command("migrate", interactive=False, verbosity=0)

    def _make_demo(self) -> None:
        self.stdout.write("Making demo data …")
        output = io.StringIO()
        with transaction.atomic():  # stopped half-way, the next start begins again
            call_command("demo", "--size", "small", "--seed", "1", stdout=output)
        made = json.loads(output.getvalue())["users"]
        people = [{key: person[key] for key in ("role", "email", "password")} for person in made]
        with os.fdopen(os.open(DEMO_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(people, file, indent=1)

    def _show_banner(self) -> None:
        self.stdout.write(_BANNER.format(url=settings.PUBLIC_URL, people=_demo_people()))


def _demo_people() -> str:
    """The first demo person of each role, as lines of the banner."""
    if not DEMO_FILE.exists():
        return ""
    first: dict[str, dict[str, str]] = {}
    for person in json.loads(DEMO_FILE.read_text()):
        first.setdefault(person["role"], person)
    people = [f"    {who['role']:<10} {who['email']:<34} password {who['password']}" for who in first.values()]
    return "\n".join(["", "  Sign in as", *people, ""])


def _stop_when_stdin_ends() -> None:
    """The launcher holds the other end: when it is killed, this process must not go on alone."""
    while os.read(sys.stdin.fileno(), 4096):  # not its buffer, whose lock Python wants when it ends
        pass
    signal.raise_signal(signal.SIGTERM)
