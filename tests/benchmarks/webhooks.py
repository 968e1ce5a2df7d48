"""Deliveries a second of one worker, as a ratio to a bare aiohttp loop that posts the same bodies.

.venv/bin/python -m pytest tests/benchmarks/webhooks.py -s
"""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import aiohttp
import pytest

from events import publishing
from tests import cast
from tests.benchmarks.sink import serve
from webhooks import signing, tasks
from webhooks.models import Delivery, Endpoint
from webhooks.sending import Sender

JOBS, ENDPOINTS, AT_ONCE = 200, 10, 200


@pytest.fixture
def sink() -> Iterator[str]:
    """The address of a receiver in a process of its own."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{here.recv()}"
    process.terminate()
    process.join()


async def post_all(url: str, bodies: list[str]) -> float:
    """How long a bare loop takes."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def post(number: int, body: str) -> None:
            async with session.post(f"{url}/{number % ENDPOINTS}", data=body.encode()) as answer:
                await answer.read()

        began = time.monotonic()
        await asyncio.gather(*(post(number, body) for number, body in enumerate(bodies)))
        return time.monotonic() - began


@pytest.mark.django_db
def test_the_ratio(sink: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETS = [ip_network("127.0.0.1/32")]
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
    sender, began = Sender(), time.monotonic()
    while sender():
        pass
    took = time.monotonic() - began
    sender.finish()
    bodies = [str(body) for body in Delivery.objects.filter(status="succeeded").values_list("body", flat=True)]
    assert len(bodies) == JOBS * ENDPOINTS
    bare = asyncio.run(post_all(sink, bodies))
    print(f"{len(bodies) / took:.0f} deliveries a second, bare {len(bodies) / bare:.0f}, ratio {bare / took:.2f}")  # noqa: T201
