"""Whether the audit is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit import end_of_chain, faults_in_chain


class Command(BaseCommand):
    help = "Verify the chain of what staff have done. Says its end, to be noted elsewhere and given to --since."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", default="", help="An end of the chain (NUMBER:DIGEST) that was noted earlier.")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(faults_in_chain(options["since"]))
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"The audit is whole. Its end: {end_of_chain()}")
