"""The site in the foreground: the database, and one child that serves. Both stop together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mintenance.launcher.databases import Database, open_database
from mintenance.launcher.environment import development_environment
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.places import CHECKOUT, make_passable
from mintenance.launcher.ports import is_free

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECONDS_TO_STOP = 25.0  # a little more than a server takes at most


def run_site(port: int, environment: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Serve until a signal; the exit code. `say` gets a line for each thing that takes time."""
    if not is_free(port):
        raise CannotStart(f"Port {port} is taken by another program. Choose another one: PORT={port + 1} make run")
    arguments = ("run", "--demo", "--follow", "--port", str(port))
    with database_for(environment, say) as (database, var):
        children = development_environment(environment, var, port, database.url)
        return _supervise(arguments, children, database, say)


def run_command(arguments: Sequence[str], port: int, environment: Mapping[str, str]) -> int:
    """`manage.py ARGUMENTS` with the site's database and settings; its exit code. Joins a site that runs."""
    with database_for(environment, lambda _: None) as (database, var):
        children = development_environment(environment, var, port, database.url)
        command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
        with _signals_passed_to(lambda _: None):  # the terminal tells the child too; we stay until it has ended
            return subprocess.run(command, env=children).returncode


@contextmanager
def database_for(environment: Mapping[str, str], say: Callable[[str], None]) -> Iterator[tuple[Database, Path]]:
    """The database, started if it is ours, and the folder for files."""
    os.umask(0o077)  # what is made while running is nobody else's: uploads, mail, keys
    var = Path(environment.get("VAR_DIR") or CHECKOUT / "var")
    make_passable(var)
    if not os.access(var, os.W_OK):
        raise CannotStart(f"{var} belongs to another user: start the site as they did, or remove it to begin again.")
    with open_database(environment.get("DATABASE_URL", ""), var) as database:
        say(f"Database: {database.about}.")
        yield database, var


def _supervise(
    arguments: Sequence[str], environment: Mapping[str, str], database: Database, say: Callable[[str], None]
) -> int:
    """Run the child until it ends or we are told to end it; start the database again when it is killed."""
    child = subprocess.Popen(
        [sys.executable, CHECKOUT / "manage.py", *arguments],
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,  # it ends when we end, however we end
        start_new_session=True,  # so that one signal reaches it once: ours
    )
    deadline: float | None = None

    def stop(_signal: int) -> None:
        nonlocal deadline
        deadline = deadline or time.monotonic() + _SECONDS_TO_STOP
        child.send_signal(signal.SIGINT)

    with _signals_passed_to(stop):
        while child.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                child.kill()
            elif deadline is None and database.mend():
                say("The database had been killed; it runs again.")
            time.sleep(0.1)
    if deadline is None:
        say(f"The site ended by itself with exit code {child.returncode}.")
        return child.returncode or 1
    say("Stopped.")
    return 0


@contextmanager
def _signals_passed_to(handler: Callable[[int], None]) -> Iterator[None]:
    def handle(number: int, _frame: FrameType | None) -> None:
        handler(number)

    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)
