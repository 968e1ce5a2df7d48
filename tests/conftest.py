"""What every test has: services of its own, and the settings that name them."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import django
import pytest

from tests import services

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.cast import Rest, Who

services.start()  # before anything reads the settings,
django.setup()  # which pytest-django leaves alone until somebody has


def pytest_configure(config: pytest.Config) -> None:
    """Workers of xdist inherit our environment, and read the settings only after they have their own part of it."""
    if config.getoption("numprocesses", None):
        del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit are cleared up after by TRUNCATE, which the audit refuses outside of tests."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditrecord DISABLE TRIGGER audit_never_emptied")


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Each test client has middleware of its own, and WhiteNoise's would look for all static files again (33 ms)."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(self: Any) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> Iterator[None]:
    """Rate counters, caches and wake-ups live in Redis: each test begins without them."""
    yield
    import redis

    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


@pytest.fixture(autouse=True)
def _published_by_hand(settings: "SettingsWrapper") -> None:
    """No thread of an earlier test publishes or reacts in a later one. Real sites, as processes, do it by themselves."""
    settings.PUBLISH_IN_PROCESS = False


@pytest.fixture(autouse=True, scope="session")
def _hashed_quickly() -> None:
    """See tests/hashing.py. Real sites hash as they do."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]


@pytest.fixture
def ann() -> "Who":
    """A homeowner."""
    from tests.cast import homeowner

    return homeowner(name="Ann Archer")


@pytest.fixture
def bob() -> "Who":
    """Another homeowner."""
    from tests.cast import homeowner

    return homeowner(name="Bob Baker")


@pytest.fixture
def carl() -> "Who":
    """A contractor."""
    from tests.cast import contractor

    return contractor(name="Carl Carter")


@pytest.fixture
def dora() -> "Who":
    """Another contractor."""
    from tests.cast import contractor

    return contractor(name="Dora Dyer")


@pytest.fixture
def sam() -> "Who":
    """Staff."""
    from tests.cast import staff

    return staff(name="Sam Steward")


@pytest.fixture
def rest() -> "Rest":
    """REST, version 2."""
    from tests.cast import Rest  # imports models, which wait for django.setup()

    return Rest()
