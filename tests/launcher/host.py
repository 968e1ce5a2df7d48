"""A launcher in a process of its own, for tests that kill it: `host.py FOLDER SOURCE UID`.

It starts the cluster in FOLDER, prints its address, and stops it when standard input ends. With a UID it
becomes that user first. Everything that it needs is imported before, because that user may not be able to
read the interpreter's files.
"""

import importlib.metadata
import json
import os
import sys
import zlib  # noqa: F401
from pathlib import Path

from mintenance.launcher import binaries
from mintenance.launcher.accounts import account_for
from mintenance.launcher.cluster import Cluster
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.places import CHECKOUT, room_for

SOURCES = {"wheel": binaries.from_wheel, "system": binaries.from_system}


def main(folder: Path, source: str, uid: int) -> None:
    importlib.metadata.version("psycopg")  # loads what it needs to read any package's version
    if uid:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    account = account_for(CHECKOUT, folder / "postgres")
    found = binaries.find_binaries(room_for(folder, account), account, sources=(SOURCES[source],))
    cluster = Cluster(folder / "postgres", found, account)
    cluster.start()
    print(json.dumps({"url": cluster.url, "pid": cluster.pid, "launcher": os.getpid()}), flush=True)
    sys.stdin.read()
    cluster.stop()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    except CannotStart as why:
        print(json.dumps({"error": str(why)}), flush=True)
