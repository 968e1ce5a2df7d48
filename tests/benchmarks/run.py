"""`make bench`: the product under load, beside peers that are written in other ways, in alternating turns of one run.

    make bench
    BENCH_PEERS=FOLDER BENCH_PEERS_DSN=postgresql://… make bench ARGS="--turns 5 list detail"

FOLDER is a set-up copy of the peers' folder, and the address is that of their own data set. Only the ratios in one table say
something: absolute numbers depend on the machine and on what else it does.
"""

import json
import os
import statistics
import sys
from argparse import ArgumentParser
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.load import Operation, Turn, need_wrk, press
from tests.benchmarks.servers import (
    HOME,
    Server,
    environment_of,
    make_database,
    manage,
    open_cluster,
    start_peer,
    start_product,
)

PRODUCT, PEER, PLAIN = "mintenance", "fastify", "plain DRF"
MERCURIUS, APOLLO = "mercurius", "apollo"
_PLAIN_SYSTEM, _PLAIN_PREFIX = "dj_gwsgi2", "/drf"
_NESTED = "{edges{node{id title budget user{name} bids{id amount contractor{businessName}}}}}"
_BID = '{"amount": 120.5, "message": "bench: I can come on Monday."}'


@dataclass(frozen=True)
class Goal:
    """At least this many times another system's requests a second, for its operation of this name."""

    least: float
    system: str
    operation: str


@dataclass(frozen=True)
class Case:
    """One line of performance.md: what is asked of whom, and what it should come to."""

    name: str
    ours: Operation
    theirs: Mapping[str, Operation]
    goals: Sequence[Goal]
    keeps_answers: bool = False  # whether strangers' finished pages may be kept


def main() -> None:
    """Measure what the command line names, or everything."""
    parser = ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--turns", type=int, default=3, help="turns of each system for each case (3)")
    parser.add_argument("--seconds", type=int, default=4, help="seconds of a turn (4)")
    parser.add_argument("cases", nargs="*", help="only these")
    given = parser.parse_args()
    need_wrk()
    HOME.mkdir(parents=True, exist_ok=True)
    cluster = open_cluster()
    servers: dict[str, Server] = {}
    try:
        database = prepare(cluster)
        cases = [case for case in make_cases(database) if not given.cases or case.name in given.cases]
        servers = start_all(database, {name for case in cases for name in case.theirs})
        print(f"{given.turns} turns of {given.seconds} s, 32 connections, medians; req/s in brackets is the spread.\n")
        for number, case in enumerate(cases):
            measure(case, servers, given.turns, given.seconds, number)
            clean(database)
    finally:
        for server in servers.values():
            server.stop()
        cluster.stop()


def prepare(cluster: Any) -> str:
    """The large demo data, written once and kept for the next run."""
    database, is_new = make_database(cluster, "bench")
    environment = environment_of(database)
    manage(environment, "migrate", "--no-input", "-v", "0")
    if is_new or not (HOME / "people.json").exists():
        print("Writing 100,000 jobs and 300,000 bids …", file=sys.stderr)
    (HOME / "people.json").write_text(manage(environment, "demo", "--size", "large"))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return database


def start_all(database: str, wanted: Collection[str]) -> dict[str, Server]:
    """The product twice, without and with kept answers, and the wanted peers where they are at hand."""
    servers = {
        PRODUCT: start_product(PRODUCT, database, FINISHED_ANSWERS="off"),
        f"{PRODUCT} kept": start_product(f"{PRODUCT} kept", database),
    }
    folder, dsn = os.environ.get("BENCH_PEERS"), os.environ.get("BENCH_PEERS_DSN")
    if folder and dsn:
        systems = {PEER: PEER, PLAIN: _PLAIN_SYSTEM, MERCURIUS: MERCURIUS, APOLLO: APOLLO}
        servers |= {name: start_peer(Path(folder), systems[name], dsn) for name in systems if name in wanted}
    else:
        print("Without BENCH_PEERS and BENCH_PEERS_DSN the product is measured alone.\n")
    return servers


def make_cases(database: str) -> list[Case]:
    """The lines of performance.md's table that REST can meet, with what both data sets hold."""
    ours, peers = files_of_ours(database), Path(os.environ.get("BENCH_PEERS", "."))
    facts = json.loads((peers / "data" / "facts.json").read_text()) if (peers / "data").exists() else {"cursor": ""}
    plain = {name: f"{_PLAIN_PREFIX}{path}" for name, path in _THEIRS.items()}

    def both(name: str, **more: Any) -> dict[str, Operation]:
        target = _THEIRS[name].replace("{cursor}", quote(facts["cursor"]))
        return {
            PEER: Operation(target, **more),
            PLAIN: Operation(plain[name].replace("{cursor}", quote(facts["cursor"])), **more),
        }

    v2 = "/api/v2/jobs"
    ids = {"ids": peers / "data" / "jobs.txt"}
    bids = {
        "method": "POST",
        "body": _BID,
        "ids": peers / "data" / "posted.txt",
        "tokens": peers / "data" / "tokens.txt",
    }
    narrow = "status=posted&category=plumbing&minBudget=150&maxBudget=230"
    return [
        Case("list", Operation(f"{v2}?limit=20"), both("list"), [Goal(0.6, PEER, "list"), Goal(8, PLAIN, "list")]),
        Case(
            "filtered",
            Operation(f"{v2}?{narrow}"),
            both("filtered"),
            [Goal(0.6, PEER, "filtered"), Goal(8, PLAIN, "filtered")],
        ),
        Case("unchanged page", Operation(f"{v2}?limit=20"), both("list"), [Goal(2, PEER, "list")], keeps_answers=True),
        Case(
            "radius", Operation(f"{v2}?lat=51.5074&lng=-0.1278&radius=2.6"), both("radius"), [Goal(0.6, PEER, "radius")]
        ),
        Case("search", Operation(f"{v2}?q=boiler"), both("search"), [Goal(0.75, PEER, "search")]),
        Case("cursor", Operation(f"{v2}?cursor={ours['cursor']}"), both("cursor"), [Goal(0.6, PEER, "cursor")]),
        Case(
            "deep page",
            Operation(f"{v2}?cursor={ours['cursor']}"),
            {PLAIN: Operation(plain["deep"])},
            [Goal(50, PLAIN, "deep")],
        ),
        Case("detail", Operation(f"{v2}/{{id}}", ids=ours["jobs"]), both("detail", **ids), [Goal(0.4, PEER, "detail")]),
        Case(
            "detail, kept",
            Operation(f"{v2}/{{id}}", ids=ours["jobs"]),
            both("detail", **ids),
            [Goal(0.4, PEER, "detail")],
            keeps_answers=True,
        ),
        Case(
            "bid",
            Operation(f"{v2}/{{id}}/bids", "POST", _BID, ours["posted"], ours["tokens"]),
            {PEER: Operation(_THEIRS["bid"], **bids)},
            [Goal(0.4, PEER, "bid")],
        ),
        Case(
            "graphql",  # by staff, who see the bids, as everybody does with the peers
            Operation("/graphql", "POST", _query("pagination:{limit:20}"), tokens=ours["staff"]),
            dict.fromkeys((MERCURIUS, APOLLO), Operation("/graphql", "POST", _query("first:20"))),
            [Goal(0.5, MERCURIUS, "nested list"), Goal(1.5, APOLLO, "nested list")],
        ),
    ]


def _query(limit: str) -> str:
    """Twenty jobs with their owners and bids, as the body of a request."""
    return json.dumps({"query": f"{{jobs({limit}){_NESTED}}}"})


_THEIRS = {
    "list": "/jobs?page=1&limit=20&total=cached",
    "filtered": "/jobs?status=posted&category=plumbing&minBudget=500&maxBudget=1500&sort=-createdAt",
    "radius": "/jobs?lat=51.5074&lng=-0.1278&radius=10",
    "search": "/jobs?search=boiler%20radiator%20tile&total=cached",
    "cursor": "/jobs?cursor={cursor}",
    "deep": "/jobs?page=2000&limit=20&total=cached",
    "detail": "/jobs/{id}",
    "bid": "/jobs/{id}/bids",
}


def files_of_ours(database: str) -> dict[str, Any]:
    """Lines for wrk: job ids, contractors' tokens, and a cursor forty thousand rows down."""
    people = json.loads((HOME / "people.json").read_text())["users"]
    tokens = [one["accessToken"] for one in people if one["role"] == "contractor"]
    staff = [one["accessToken"] for one in people if one["role"] == "staff"]
    with psycopg.connect(database) as connection:
        jobs = connection.execute(
            "SELECT id::text FROM jobs_job WHERE posted_at IS NOT NULL ORDER BY md5(id::text) LIMIT 5000"
        )
        some = [row[0] for row in jobs]
        posted = connection.execute(
            "SELECT id::text FROM jobs_job WHERE status = 'posted' ORDER BY md5(id::text) LIMIT 20000"
        )
        open_ones = [row[0] for row in posted]
        deep = connection.execute(
            "SELECT created_at, id FROM jobs_job ORDER BY created_at DESC, id DESC OFFSET 39999 LIMIT 1"
        )
        created_at, pk = deep.fetchone() or ("", "")
    found = {"jobs": some, "posted": open_ones, "tokens": tokens, "staff": staff}
    for name, lines in found.items():
        (HOME / f"{name}.txt").write_text("\n".join(lines))
    code = f"from core.paging import Cursor; print(Cursor('-createdAt', '{created_at.isoformat()}', __import__('uuid').UUID('{pk}')).encode())"
    cursor = manage(environment_of(database), "shell", "-v", "0", "-c", code).strip()
    return {name: HOME / f"{name}.txt" for name in found} | {"cursor": cursor}


def measure(case: Case, servers: Mapping[str, Server], turns: int, seconds: int, number: int) -> None:
    """Press each system in turn, forwards and backwards, and print the case's table."""
    mine = servers[f"{PRODUCT} kept" if case.keeps_answers else PRODUCT]
    systems: dict[str, tuple[Server, Operation]] = {PRODUCT: (mine, case.ours)}
    systems |= {name: (servers[name], operation) for name, operation in case.theirs.items() if name in servers}
    found: dict[str, list[Turn]] = {name: [] for name in systems}
    for server, operation in systems.values():
        press(server.url, operation, 1, 999)
    for turn in range(turns):
        for name in list(systems) if turn % 2 == 0 else list(systems)[::-1]:
            server, operation = systems[name]
            found[name].append(press(server.url, operation, seconds, 1000 * number + turn))
    show(case, found)


def show(case: Case, found: Mapping[str, list[Turn]]) -> None:
    """The medians, and whether each goal is met."""
    print(f"| {case.name} | req/s | p50 ms | p99 ms | kB | refused | broken |\n|---|---|---|---|---|---|---|")
    rates = {name: statistics.median(turn.per_second for turn in turns) for name, turns in found.items()}
    for name, turns in found.items():
        each = [turn.per_second for turn in turns]
        spread = (max(each) - min(each)) / max(rates[name], 1e-9)
        p50, p99, kb = (
            statistics.median(getattr(turn, what) for turn in turns) for what in ("p50", "p99", "kilobytes")
        )
        refused, broken = sum(turn.refused for turn in turns), sum(turn.broken for turn in turns)
        print(
            f"| {name} | {rates[name]:.0f} ({spread:.0%}) | {p50:.1f} | {p99:.1f} | {kb:.1f} | {refused} | {broken} |"
        )
    for goal in case.goals:
        if goal.system in rates:
            ratio = rates[PRODUCT] / max(rates[goal.system], 1e-9)
            verdict = "met" if ratio >= goal.least else "NOT MET"
            print(f"{case.name}: {ratio:.2f} × {goal.system} ({goal.operation}), goal {goal.least:g}: {verdict}")
    print(flush=True)


def clean(database: str) -> None:
    """Take the bids of a turn back, with their events."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "DELETE FROM events_recordedevent USING bids_bid b WHERE resource_id = b.id AND b.message LIKE 'bench:%'"
        )
        connection.execute("DELETE FROM bids_bid WHERE message LIKE 'bench:%'")
    if peers := os.environ.get("BENCH_PEERS_DSN"):
        with psycopg.connect(peers, autocommit=True) as connection:
            connection.execute("DELETE FROM bids WHERE message LIKE 'bench:%'")


if __name__ == "__main__":
    main()
