"""What Prometheus reads: requests by method, route and status, and how long they took."""

import os
from functools import lru_cache
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "mintenance_requests",
    "Requests answered.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
_SECONDS = Histogram(
    "mintenance_request_seconds",
    "Seconds from the request to its answer, or to a stream's beginning.",
    ("method", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@lru_cache(maxsize=4096)
def _series(method: str, route: str, status: int) -> tuple[Any, Any]:
    return _REQUESTS.labels(method, route, str(status)), _SECONDS.labels(method, route)


def observe(request: Any, response: Any, seconds: float) -> None:
    """Count one answer. A route is its pattern, so that ids make no series of their own."""
    match = request.resolver_match
    method = request.method if request.method in _METHODS else "OTHER"
    requests, durations = _series(method, match.route if match else "", response.status_code)
    requests.inc()
    durations.observe(seconds)


def exposition() -> bytes:
    """All series as text; of all processes where PROMETHEUS_MULTIPROC_DIR names a folder of theirs."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
