"""An operation: one business action, one transaction, and refusals instead of database errors."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from core.errors import BadInput, Conflict, Refusal

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 3
_DEADLOCK, _SERIALIZATION = "40P01", "40001"  # SQLSTATE, PostgreSQL appendix A
_CHECK, _NOT_NULL = "23514", "23502"

_refusals: dict[str, type[Refusal]] = {}


def on_constraint(name: str, refusal: type[Refusal]) -> None:
    """Answer with this refusal when the database's constraint of that name fires."""
    _refusals[name] = refusal


def operation[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make a service one transaction.

    A constraint that fires becomes the refusal registered for it (a check without one is a 400, any other a 409). A
    deadlock or a serialization failure is tried again, three times at most, unless a transaction is open around the
    operation: that one is lost as a whole, and whoever opened it must begin again.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        outermost = not connection.in_atomic_block
        for turn in range(RETRIES + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except IntegrityError as error:
                raise refusal_for(error) from error
            except OperationalError as error:
                if _sqlstate(error) not in (_DEADLOCK, _SERIALIZATION) or not outermost:
                    raise
                if turn == RETRIES:
                    raise Conflict("Others were changing this at the same moment. Try again.", retry_after=1) from error
                time.sleep(random.uniform(0.01, 0.05) * (turn + 1))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable: the last turn returns or raises")

    return run


def refusal_for(error: IntegrityError) -> Refusal:
    """The refusal that stands for this constraint violation."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name in _refusals:
        return _refusals[name]()
    if _sqlstate(error) in (_CHECK, _NOT_NULL):
        return BadInput("A value is outside what can be stored.")
    return Conflict()


def _sqlstate(error: Exception) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
