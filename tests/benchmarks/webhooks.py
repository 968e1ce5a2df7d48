"""Deliveries a second of one worker, as a ratio to a bare aiohttp loop that posts the same bodies; and how much later
good endpoints hear of events beside bad ones.

.venv/bin/python -m pytest tests/benchmarks/webhooks.py -s

What is compared is done turn by turn, with one receiver in a process of its own, so that what else the machine does
falls on both. `PROFILE=1` prints where the worker's CPU time goes.
"""

import asyncio
import cProfile
import gc
import multiprocessing
import os
import pstats
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from django.db import connection
from django.utils import timezone

from events import publishing
from mintenance.worker import Loop
from tests import cast
from tests.benchmarks.sink import misbehave, serve
from webhooks import signing, tasks
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.sending import Sender

JOBS, ENDPOINTS, AT_ONCE, TURNS = 300, 10, 200, 5
EVENTS = 30  # in a turn beside bad endpoints, or without them


@contextmanager
def process(target: Callable[[Any], None]) -> Iterator[Any]:
    """What a function of a process of its own sends first."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    running = multiprocessing.get_context("spawn").Process(target=target, args=(there,), daemon=True)
    running.start()
    yield here.recv()
    running.terminate()
    running.join()


@pytest.fixture
def sink() -> Iterator[str]:
    """The address of a receiver that takes everything."""
    with process(serve) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def bad_urls() -> Iterator[list[str]]:
    """Of receivers that do not behave."""
    with process(misbehave) as urls:
        yield urls


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


def listen(url: str) -> Endpoint:
    """An endpoint of somebody's."""
    secret = signing.encrypt(signing.make_secret())
    return Endpoint.objects.create(
        person_id=cast.homeowner().id, url=url, events=["job.posted"], after_position=0, secret=secret
    )


def queue_deliveries(sink: str) -> None:
    """Of each job to each endpoint, all of different people."""
    ann = cast.homeowner()
    for number in range(ENDPOINTS):
        listen(f"{sink}/{number}")
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
    gc.collect()
    gc.freeze()  # as the worker does
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


@pytest.fixture
def sending() -> Iterator[None]:
    """The worker's loop that sends."""
    stopping = threading.Event()
    loop = Loop("webhooks.tasks.send_webhooks", 0.25, stopping)
    loop.start()
    yield
    stopping.set()
    loop.join()


def latencies(ann: cast.Who, good: list[Endpoint]) -> list[float]:
    """Seconds from the making of each delivery to the good ones until its answer, while jobs are posted."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    for _ in range(EVENTS):
        cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        time.sleep(0.03)
    mine = Delivery.objects.filter(endpoint__in=good).exclude(pk__in=before)
    while mine.filter(status="pending").exists():
        time.sleep(0.1)
    sent = Attempt.objects.filter(delivery__in=mine).select_related("delivery")
    return [(one.started_at - one.delivery.created_at).total_seconds() + one.latency_ms / 1000 for one in sent]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sending")
def test_how_much_bad_endpoints_delay_good_ones(sink: str, bad_urls: list[str], settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETS = [ip_network("127.0.0.1/32")]
    ann, good = cast.homeowner(), [listen(f"{sink}/{number}") for number in range(20)]
    bad = Endpoint.objects.filter(pk__in=[listen(url).pk for url in bad_urls])
    found: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(2 * TURNS + 1):
        beside_bad = turn % 2 == 0
        bad.update(status="enabled" if beside_bad else "disabled", disabled_reason=None if beside_bad else "owner")
        seconds = latencies(ann, good)
        if turn:  # the first one warms up
            found[beside_bad].extend(seconds)
    alone, beside = (statistics.quantiles(found[key], n=20)[-1] * 1000 for key in (False, True))
    print(  # noqa: T201
        f"p95 of 20 good endpoints {alone:.0f} ms, beside four bad ones {beside:.0f} ms: {beside / alone - 1:+.0%}"
    )
