"""Refusals and failures as GraphQL writes them."""

import logging
from typing import Any

from graphql import GraphQLError

from core.errors import BadInput, Refusal
from core.problems import Failure, refusal_of

log = logging.getLogger("mintenance.errors")

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "BAD_REQUEST",
    409: "CONFLICT",
    410: "CONFLICT",
    412: "CONFLICT",
    429: "RATE_LIMIT_EXCEEDED",
}


def code_of(refusal: Refusal) -> str:
    """GraphQL's code of what REST answers with this status."""
    return "INTERNAL" if refusal.status >= 500 else _CODES.get(refusal.status, "BAD_REQUEST")


def _refusal_of(error: BaseException) -> tuple[Refusal, BaseException]:
    """The refusal, and what it stands for. What GraphQL itself has to say is about the document or its variables."""
    if not isinstance(error, GraphQLError):
        return refusal_of(error), error
    cause = error.original_error
    if cause is None or error.path is None or isinstance(cause, GraphQLError):
        return BadInput(error.message), error
    return refusal_of(cause), cause


def error_of(error: BaseException, request_id: str) -> dict[str, Any]:
    """An entry of `errors`. What went wrong on our side is in the log, and nowhere else."""
    refusal, cause = _refusal_of(error)
    if isinstance(refusal, Failure):
        log.error("A GraphQL field failed", exc_info=cause)
    extensions: dict[str, Any] = {
        "code": code_of(refusal), "reason": refusal.code, "details": refusal.details, "requestId": request_id
    }  # fmt: skip
    if refusal.retry_after is not None:
        extensions["retryAfter"] = refusal.retry_after
    written: dict[str, Any] = {"message": refusal.message, "extensions": extensions}
    if isinstance(error, GraphQLError):
        written["locations"] = [{"line": at.line, "column": at.column} for at in error.locations or ()]
        if error.path is not None:
            written["path"] = error.path
    return written
