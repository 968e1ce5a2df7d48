"""Log lines as JSON, one a line, each with the id of the request that it belongs to."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that this thread or task is answering."""

# Nothing prints these, and looking them up for each record costs more than the rest of it.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging.logAsyncioTasks = False  # type: ignore[attr-defined]


class JSONFormatter(logging.Formatter):
    """`{"time", "level", "logger", "message", "requestId"?, ...}`.

    More members come from `extra={"members": {...}}`. Line breaks and control characters are escaped by
    JSON itself, so nothing that a client sends can begin a line of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["requestId"] = current
        line.update(getattr(record, "members", {}))
        if record.exc_info and record.exc_info[0]:
            line["exception"] = "".join(traceback.format_exception(*record.exc_info))
        try:
            return orjson.dumps(line, default=str).decode()
        except TypeError:  # halves of surrogate pairs, or numbers beyond 64 bits
            return json.dumps(line, default=str)


_access = logging.getLogger("mintenance.access")


def log_request(members: dict[str, Any]) -> None:
    """The line that every request gets.

    Made without looking for the caller's place in the code, which costs most.
    """
    if _access.isEnabledFor(logging.INFO):
        record = logging.LogRecord(_access.name, logging.INFO, "", 0, "request", None, None)
        record.members = members
        _access.handle(record)
