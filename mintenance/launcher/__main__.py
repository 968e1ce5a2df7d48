"""`python -m mintenance.launcher run` serves the site; `… manage COMMAND` runs manage.py beside it."""

import os
import signal
import sys
from argparse import REMAINDER, ArgumentParser
from typing import TextIO

from mintenance.launcher.errors import CannotStart
from mintenance.launcher.site import run_command, run_site


def main(arguments: list[str]) -> int:
    """Do what the command line says; the exit code."""
    parser = ArgumentParser(prog="python -m mintenance.launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="the whole site, in the foreground, with a database of its own")
    manage = commands.add_parser("manage", help="a command of manage.py, with the same database and settings")
    manage.add_argument("arguments", nargs=REMAINDER)
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that whatever was started is stopped
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        port = _port()
        if chosen.command == "run":
            return run_site(port, os.environ, say)
        return run_command(chosen.arguments, port, os.environ)
    except CannotStart as why:
        say(f"Mintenance cannot start. {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def say(line: str, file: TextIO | None = None) -> None:
    """Print at once: what follows may take a while."""
    print(line, file=file or sys.stdout, flush=True)


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise CannotStart(f"PORT is not valid: expected a number from 1 to 65535, not {given}.")
    return int(given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
