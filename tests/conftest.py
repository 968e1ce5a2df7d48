"""What every test has: services of its own, and the settings that name them."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django
import pytest

from tests import services

if TYPE_CHECKING:
    from tests.cast import Rest

services.start()  # before anything reads the settings,
django.setup()  # which pytest-django leaves alone until somebody has


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> Iterator[None]:
    """Rate counters, caches and wake-ups live in Redis: each test begins without them."""
    yield
    import redis

    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


@pytest.fixture
def rest() -> "Rest":
    """REST, version 2."""
    from tests.cast import Rest  # imports models, which wait for django.setup()

    return Rest()
