"""`manage.py contracts`: the lists under docs/reference, written anew or compared with the code."""

import difflib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mintenance.documents.lists import all_lists

FOLDER = settings.BASE_DIR / "docs" / "reference"
_SHOWN = 40  # lines of a difference


class Command(BaseCommand):
    help = "Write the reference lists under docs/reference from the code; with --check, only say whether they fit it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a list does not fit")

    def handle(self, *, check: bool, **options: Any) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        made = all_lists()
        differing = [name for name, text in made.items() if _present(name) != text]
        if check:
            for name in differing:
                self.stderr.write(_difference(name, made[name]))
            if differing:
                raise CommandError(f"Out of date: {', '.join(differing)}. `make contracts` writes them anew.")
            return
        for name in differing:
            (FOLDER / name).write_text(made[name])
            self.stdout.write(f"docs/reference/{name}")


def _present(name: str) -> str:
    file = FOLDER / name
    return file.read_text() if file.exists() else ""


def _difference(name: str, text: str) -> str:
    lines = difflib.unified_diff(_present(name).splitlines(), text.splitlines(), name, "the code", lineterm="")
    return "\n".join(list(lines)[:_SHOWN])
