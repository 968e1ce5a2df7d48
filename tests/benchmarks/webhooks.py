"""Deliveries a second of one worker, as a ratio to a bare aiohttp loop that posts the same bodies.

.venv/bin/python -m pytest tests/benchmarks/webhooks.py -s

Both post to one receiver in a process of its own, turn by turn, so that what else the machine does falls on both.
`PROFILE=1` prints where the worker's CPU time goes.
"""

import asyncio
import cProfile
import multiprocessing
import os
import pstats
import statistics
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from django.db import connection
from django.utils import timezone

from events import publishing
from tests import cast
from tests.benchmarks.sink import serve
from webhooks import signing, tasks
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.sending import Sender

JOBS, ENDPOINTS, AT_ONCE, TURNS = 300, 10, 200, 5


@pytest.fixture
def sink() -> Iterator[str]:
    """The address of a receiver in a process of its own."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{here.recv()}"
    process.terminate()
    process.join()


def timed(work: Callable[[], Any]) -> tuple[float, float, float]:
    """Seconds by the clock, of this process's CPU, and of the CPU of this thread's server process."""
    began, cpu, theirs = time.monotonic(), time.process_time(), database_cpu()
    work()
    return time.monotonic() - began, time.process_time() - cpu, database_cpu() - theirs


def database_cpu() -> float:
    """Seconds of CPU of the process of PostgreSQL that serves this thread (proc(5), stat)."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def post_all(url: str, bodies: list[str]) -> None:
    """What the bare loop does."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def post(number: int, body: str) -> None:
            async with session.post(f"{url}/{number % ENDPOINTS}", data=body.encode()) as answer:
                await answer.read()

        await asyncio.gather(*(post(number, body) for number, body in enumerate(bodies)))


def queue_deliveries(sink: str) -> None:
    """Of each job to each endpoint, all of different people."""
    ann = cast.homeowner()
    for number in range(ENDPOINTS):
        Endpoint.objects.create(
            person_id=cast.homeowner().id, url=f"{sink}/{number}", events=["job.posted"], after_position=0,
            secret=signing.encrypt(signing.make_secret()),
        )  # fmt: skip
    for _ in range(JOBS):
        cast.job_of(ann)
    publishing.publish()
    while tasks.queue_webhooks():
        pass


def forget_attempts() -> None:
    """As if nothing had been sent."""
    Attempt.objects.all().delete()
    Delivery.objects.update(
        status="pending", body=None, attempt_count=0, turn=0, finished_at=None, next_attempt_at=timezone.now()
    )


def send_all() -> None:
    """What the worker does, until nothing is due."""
    sender = Sender()
    while sender():
        pass
    sender.finish()


def profiled(work: Callable[[], None]) -> None:
    profile = cProfile.Profile(time.process_time)
    profile.runcall(work)
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


@pytest.mark.django_db(transaction=True)
def test_the_ratio(sink: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETS = [ip_network("127.0.0.1/32")]
    queue_deliveries(sink)
    ratios = []
    for turn in range(TURNS + 1):
        forget_attempts()
        took, cpu, theirs = timed(send_all)
        bodies = [str(body) for body in Delivery.objects.filter(status="succeeded").values_list("body", flat=True)]
        assert len(bodies) == JOBS * ENDPOINTS
        bare, bare_cpu, _ = timed(lambda bodies=bodies: asyncio.run(post_all(sink, bodies)))
        if turn:  # the first one warms up
            ratios.append(bare / took)
            print(  # noqa: T201
                f"{len(bodies) / took:.0f} deliveries a second, bare {len(bodies) / bare:.0f}, ratio {bare / took:.2f}; "
                f"CPU of one {cpu / len(bodies) * 1e6:.0f} µs, "
                f"of the database {theirs / len(bodies) * 1e6:.0f} µs, bare {bare_cpu / len(bodies) * 1e6:.0f} µs"
            )
    print(f"median ratio {statistics.median(ratios):.2f} of {TURNS} turns")  # noqa: T201
    if os.environ.get("PROFILE"):
        forget_attempts()
        profiled(send_all)
