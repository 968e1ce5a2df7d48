"""Whether this process lives, whether it can serve, and what it has served."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from redis import Redis

from core import metrics

log = logging.getLogger("mintenance.health")
_state = {"draining": False, "migrated": False}


def drain() -> None:
    """Say from now on that this process is not ready: it is about to stop, and wants no new requests."""
    _state["draining"] = True


def is_draining() -> bool:
    """Whether this process is about to stop."""
    return _state["draining"]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: it answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: database, migrations, Redis and storage answer, and it is not stopping.

    Else 503, saying which are not.
    """
    checks = {name: _passes(name, check) for name, check in CHECKS.items()}
    ready = all(checks.values()) and not _state["draining"]
    said = "draining" if _state["draining"] else "ready" if ready else "not ready"
    body = {
        "status": said,
        "checks": {name: "ok" if passed else "failed" for name, passed in checks.items()},
    }
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus."""
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _passes(name: str, check: Callable[[], Any]) -> bool:
    try:
        check()
    except Exception as error:
        log.warning("Not ready: %s (%s)", name, type(error).__name__)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    """Looked at until they are all applied once: they do not go back while a process runs."""
    if _state["migrated"]:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("There are migrations to apply.")
    _state["migrated"] = True


def _redis() -> None:
    if settings.REDIS_URL:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.ping()


def _storage() -> None:
    default_storage.exists("ready")


CHECKS: dict[str, Callable[[], Any]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "storage": _storage,
}
