"""The PostgreSQL and the Redis of a test run, and the environment that names them.

Started before the settings are read, in folders that nobody else uses, and removed at the end. A DATABASE_URL
in the environment is used instead of a PostgreSQL of our own. Redis is always our own: the tests empty it.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from mintenance.launcher.accounts import Account, account_for
from mintenance.launcher.binaries import find_binaries
from mintenance.launcher.cluster import Cluster
from mintenance.launcher.locks import Lock
from mintenance.launcher.places import CHECKOUT, PASSABLE, room_for
from mintenance.launcher.redis import Redis

SETTINGS = "mintenance.settings"
_PREFIX = "mintenance-tests-"


def start() -> None:
    """Start what the tests need and put it into the environment, once for a run and its xdist workers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # the run that started us has done it; each worker only takes a Redis database of its own
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{int(worker.removeprefix('gw')) + 1}"
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        return
    folder = _folder()
    _set_environment(folder)
    account = account_for(CHECKOUT, folder)
    if not os.environ.get("DATABASE_URL"):
        cluster = _cluster(folder, account)
        atexit.register(cluster.stop)
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url
    redis = Redis(folder / "redis", account)
    atexit.register(redis.stop)
    redis.start()
    os.environ["REDIS_URL"] = redis.url


def _set_environment(folder: Path) -> None:
    os.environ.update(
        MINTENANCE_TEST="1",
        FINISHED_SECONDS="0",
        DJANGO_SETTINGS_MODULE=SETTINGS,
        SECRET_KEY="the tests sign with this key, which is public and long enough",
        ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
        VAR_DIR=str(folder / "var"),
    )
    for name in ("static", "media", "mail"):
        (folder / "var" / name).mkdir(parents=True)


def _folder() -> Path:
    """A new folder, after what killed runs left has been cleared away."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # a run that starts or ends at this moment has taken it away
            if left.stat().st_uid == os.geteuid() and (left / "alive").exists() and Lock(left / "alive").take():
                _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(PASSABLE)
    alive = Lock(folder / "not-yet-alive")
    alive.take()
    alive.path.rename(folder / "alive")  # locked first, named then: nobody can find it without its lock
    atexit.register(alive.release)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _clear(left: Path) -> None:
    account = account_for(CHECKOUT, left)
    if (left / "postgres").exists():
        _cluster(left, account).stop()
    Redis(left / "redis", account).stop()
    shutil.rmtree(left, ignore_errors=True)


def _cluster(folder: Path, account: Account) -> Cluster:
    room = room_for(CHECKOUT / "var", account)
    return Cluster(folder / "postgres", find_binaries(room, account), account, durable=False)
