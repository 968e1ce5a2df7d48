"""The database of `make run`: the one that DATABASE_URL names, else one of our own under var/."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mintenance.launcher.accounts import account_for
from mintenance.launcher.binaries import OLDEST, find_binaries
from mintenance.launcher.cluster import Cluster
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.places import CHECKOUT, room_for
from mintenance.launcher.processes import undisturbed


@dataclass(frozen=True)
class Database:
    """A database that answers: its address, what it is (for a person), and the server when it is ours."""

    url: str
    about: str
    cluster: Cluster | None = None

    def mend(self) -> bool:
        """Start our server again when it was killed, on its old port; say whether that was needed."""
        if self.cluster is None or self.cluster.is_running():
            return False
        self.cluster.start()
        return True


@contextmanager
def open_database(given: str, var: Path) -> Iterator[Database]:
    """The database at the address `given`, else our own, which is stopped at the end unless it ran before."""
    if given:
        yield Database(given, about_given(given))
        return
    cluster = own_cluster(var)
    try:
        cluster.start()
        where = f"on port {cluster.port}, with its data under {cluster.home}"
        yield Database(
            cluster.url,
            f"PostgreSQL {cluster.binaries.version} from {cluster.binaries.origin}, {where}",
            cluster,
        )
    finally:
        with undisturbed():
            cluster.stop()


def own_cluster(var: Path) -> Cluster:
    """Our own server under `var`, run by the programs that can read its data. Not started yet."""
    account = account_for(CHECKOUT, var / "postgres")
    room = room_for(var, account)
    version = room / "postgres" / "data" / "PG_VERSION"
    major = int(version.read_text()) if version.exists() else None
    return Cluster(room / "postgres", find_binaries(room, account, major), account)


def about_given(url: str) -> str:
    """What answers at the address.

    CannotStart when nothing does, or it is too old; the password is not repeated.
    """
    import psycopg  # only here: the other sources need no client

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version, host = connection.info.server_version, f"{connection.info.host}:{connection.info.port}"
    except psycopg.Error as error:
        raise CannotStart(
            f"The database that DATABASE_URL names does not answer: {str(error).strip().splitlines()[0]}"
        ) from None
    if version < OLDEST * 10_000:
        raise CannotStart(f"DATABASE_URL names a PostgreSQL {version // 10_000}; Mintenance needs {OLDEST} or later.")
    return f"PostgreSQL {version // 10_000}.{version % 10_000} at {host}, named by DATABASE_URL"
