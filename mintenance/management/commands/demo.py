"""`manage.py demo`: data to look at, or to measure with. The same again for the same size and seed."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mintenance.demo.building import SIZES, build, invent, is_here
from mintenance.demo.chance import Chance
from mintenance.demo.report import describe


class Command(BaseCommand):
    help = "Write demo data, and print its people and jobs as JSON. What is there already is only printed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="small", help="small to look at, large to measure (small)")
        parser.add_argument("--seed", type=int, default=1, help="another number, another data set (1)")

    def handle(self, *, size: str, seed: int, **options: Any) -> None:
        chance = Chance(size, seed)
        people = invent(chance, size, seed)
        if is_here(people):
            self.stderr.write("This demo data is here already.")
        else:
            build(chance, size, people)
        self.stdout.write(json.dumps(describe(people), indent=1))
