"""Making the data of a PostgreSQL of our own: the files, the application's role and its database."""

import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mintenance.launcher.accounts import Account
from mintenance.launcher.binaries import Binaries
from mintenance.launcher.errors import CannotStart

NAME = "mintenance"  # of the role and of the database
PASSWORD_FILE = "mintenance.password"  # noqa: S105 - in the data folder, so that the two cannot part


@dataclass(frozen=True)
class Maker:
    """What makes data: the programs, and who they run as."""

    binaries: Binaries
    account: Account

    def make(self, data: Path, *, durable: bool) -> None:
        """Make them beside their place, then rename: killed half-way, the next start begins again."""
        fresh = data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._make_files(fresh, durable=durable)
        password = secrets.token_hex(32)
        self.account.write(fresh / PASSWORD_FILE, password)
        # The application is no superuser. Nobody can sign in as one: what only a superuser may do is done
        # here.
        sql = f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{password}';\nCREATE DATABASE {NAME} OWNER {NAME};\n"
        single_user = ["--single", "-D", str(fresh), "-c", "exit_on_error=true", "postgres"]
        self._run("postgres", *single_user, stdin=sql)
        fresh.rename(data)

    def _make_files(self, folder: Path, *, durable: bool) -> None:
        superuser = folder.with_name("superuser.password")
        self.account.write(superuser, secrets.token_hex(32))
        options = ["--username=postgres", f"--pwfile={superuser}", "--auth=scram-sha-256", "--encoding=UTF8"]
        if self.binaries.major >= 17:  # the same on every system, where C.UTF-8 is a matter of its libraries
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            options += ["--locale=C.UTF-8"]
        self._run("initdb", "-D", str(folder), *options, *([] if durable else ["--no-sync"]))
        superuser.unlink()

    def _run(self, program: str, *arguments: str, stdin: str = "") -> None:
        done = subprocess.run(
            [self.binaries.folder / program, *arguments],
            env=self.binaries.environment,
            input=stdin,
            capture_output=True,
            text=True,
            **self.account.popen,
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL's {program} failed:\n{last_lines(done.stderr or done.stdout)}")


def last_lines(text: str) -> str:
    """The end of a log, indented."""
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-8:])
