"""`make bench-sockets`: chat, typing and idle sockets of the product beside socket.io, in alternating turns of one run.

    BENCH_PEERS=FOLDER BENCH_PEERS_DSN=postgresql://… make bench-sockets ARGS="--turns 3 send rate typing idle"

Fifty conversations with ten sockets each, two of them sending. `send`: each sends when it has heard itself; `rate`: 50
messages a second together; `typing`: without the database; `idle`: memory of 2,000 sockets. One process each.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mintenance.launcher.places import CHECKOUT
from mintenance.launcher.ports import free_port
from tests.benchmarks.servers import HOME, HUGE, Server, environment_of, make_database, manage, open_cluster, start_peer

MODES = ("send", "rate", "typing", "idle")
ROOMS, IDLE = 50, 2000
LOAD = Path(__file__).with_suffix(".mjs")


def main() -> None:
    """Measure what the command line names, or everything."""
    parser = ArgumentParser(prog="make bench-sockets", description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("modes", nargs="*", default=MODES)
    given = parser.parse_args()
    folder, dsn = os.environ.get("BENCH_PEERS"), os.environ.get("BENCH_PEERS_DSN")
    if not folder or not dsn:
        sys.exit("BENCH_PEERS and BENCH_PEERS_DSN say where the peers are: the client's `ws` package is theirs.")
    HOME.mkdir(parents=True, exist_ok=True)
    cluster = open_cluster()
    servers: dict[str, tuple[Server, dict[str, Any]]] = {}
    try:
        database, _ = make_database(cluster, "sockets")
        servers = start(Path(folder), dsn, database)
        for mode in given.modes:
            measure(mode, servers, given)
    finally:
        for server, _ in servers.values():
            server.stop()
        cluster.stop()


def start(peers: Path, dsn: str, database: str) -> dict[str, tuple[Server, dict[str, Any]]]:
    """Both, each with what its load client needs to know."""
    environment = environment_of(
        database,
        RATE_FRAMES=HUGE,
        SOCKETS_PER_PERSON=HUGE,
        RATE_LIMITS="off",
        REDIS_URL=os.environ.get("REDIS_URL", ""),
    )
    manage(environment, "migrate", "--no-input", "-v", "0")
    (HOME / "site" / "static").mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "manage.py", "web", "--port", str(port)]
    ours = Server("mintenance sockets", command, CHECKOUT, environment, port)
    theirs = start_peer(peers, "sio", dsn)
    return {
        "mintenance": (ours, {"dialect": "ours", "rooms": str(our_rooms(environment, database))}),
        "socket.io": (theirs, {"dialect": "socketio", "rooms": str(their_rooms(peers))}),
    }


_PEOPLE = """
import json
from accounts.actors import SYSTEM, Actor
from accounts.models import Person, Session
from accounts import tokens
from datetime import timedelta
from django.utils import timezone
from messaging.services import start_conversation
def someone(role, number):
    person = Person.objects.create(email=f"{role}{number}@example.org", name=f"{role} {number}", role=role, password="!")
    session = Session.objects.create(person=person, expires_at=timezone.now() + timedelta(days=30))
    return person, tokens.make_pair(person_id=person.pk, role=role, session_id=session.pk, generation=0).access
Session.objects.all().delete()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("TRUNCATE accounts_person CASCADE")
rooms = []
for number in range(%d):
    (ann, a), (carl, c) = someone("homeowner", number), someone("contractor", number)
    talk, _ = start_conversation(user_id=carl.pk, by=Actor(id=ann.pk, role="homeowner"))
    rooms.append({"id": str(talk.pk), "tokens": [a, c]})
print(json.dumps(rooms))
"""


def our_rooms(environment: dict[str, str], database: str) -> Path:
    """Conversations of the product with tokens of the two, new in each run."""
    file = HOME / "rooms.json"
    file.write_text(manage(environment, "shell", "-v", "0", "-c", _PEOPLE % ROOMS).strip().splitlines()[-1])
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return file


def their_rooms(peers: Path) -> Path:
    """The same of the peers' data."""
    file = HOME / "their-rooms.json"
    known = json.loads((peers / "data" / "convs.json").read_text())
    file.write_text(json.dumps([{"id": one["id"], "tokens": [one["ta"], one["tb"]]} for one in known]))
    return file


def press(server: Server, known: dict[str, Any], mode: str, seconds: int) -> dict[str, Any]:
    """One turn."""
    given = {"url": server.url.replace("http", "ws"), "mode": mode, "count": ROOMS, "seconds": seconds, **known}
    done = subprocess.run(
        ["node", str(LOAD), json.dumps(given)],
        env={**os.environ, "WS": f"{os.environ['BENCH_PEERS']}/peers"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode or not done.stdout:
        sys.exit(f"The load client failed: {done.stderr[-500:]}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def measure(mode: str, servers: dict[str, tuple[Server, dict[str, Any]]], given: Any) -> None:
    """Each in turn, forwards and backwards, and a table."""
    if mode == "idle":
        for name, (server, known) in servers.items():
            print(f"| {name} | {idle(server, known):.1f} kB for each of {IDLE} idle sockets |", flush=True)
        return
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
    for turn in range(given.turns):
        for name in list(servers) if turn % 2 == 0 else list(servers)[::-1]:
            found[name].append(press(*servers[name], mode, given.seconds))
    print(f"| {mode} | sent/s | delivered/s | p50 ms | p90 | p99 | broken |\n|---|---|---|---|---|---|---|")
    for name, turns in found.items():
        middle = {key: statistics.median(one[key] or 0 for one in turns) for key in turns[0]}
        each = [one["sent"] for one in turns]
        spread = (max(each) - min(each)) / max(middle["sent"], 1e-9)
        print(
            f"| {name} | {middle['sent']:.0f} ({spread:.0%}) | {middle['delivered']:.0f} | {middle['p50']:.1f} |"
            f" {middle['p90']:.1f} | {middle['p99']:.1f} | {sum(one['broken'] for one in turns)} |"
        )
    ours, theirs = (statistics.median(one["sent"] for one in found[name]) for name in found)
    print(f"{mode}: {ours / theirs:.2f} × socket.io\n", flush=True)


def idle(server: Server, known: dict[str, Any]) -> float:
    """Kilobytes by which the server grows for each idle socket."""
    before = server.kilobytes()
    given = {"url": server.url.replace("http", "ws"), "mode": "idle", "idle": IDLE, "count": ROOMS, **known}
    client = subprocess.Popen(
        ["node", str(LOAD), json.dumps(given)],
        env={**os.environ, "WS": f"{os.environ['BENCH_PEERS']}/peers"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    held = json.loads(client.stdout.readline())["held"]
    time.sleep(2)
    after = server.kilobytes()
    client.communicate("x\n", timeout=20)
    return (after - before) / held


if __name__ == "__main__":
    main()
