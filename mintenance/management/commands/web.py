"""`manage.py web`: the server. Everything on one port, or plain HTTP and sockets apart, for scale."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mintenance import server


class Command(BaseCommand):
    help = "Serve the site until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
        parser.add_argument("--workers", type=int, default=1, help="how many processes (1)")
        parser.add_argument("--only", choices=("http", "live"), help="plain HTTP alone, or sockets and streams alone")

    def handle(self, *, host: str, port: int, workers: int, only: str | None, **options: Any) -> None:
        if workers < 1:
            raise CommandError("--workers must be at least 1.")
        if workers > 1 and not settings.REDIS_URL:
            raise CommandError(
                "--workers above 1 needs REDIS_URL: without it counters and wake-ups stay in one process."
            )
        door = server.Door(host, port, workers, drain=settings.DRAIN_SECONDS)
        if only == "http":
            server.serve_http(door)
        else:
            server.serve_everything(door)
