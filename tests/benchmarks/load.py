"""One turn of load on one server, by wrk."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 32


@dataclass(frozen=True)
class Operation:
    """What is asked: a target with {id} for a random one of `ids`, by a random one of `tokens`."""

    target: str
    method: str = "GET"
    body: str = ""
    ids: Path | None = None
    tokens: Path | None = None
    headers: str = ""


@dataclass(frozen=True)
class Turn:
    """What came of it."""

    per_second: float
    p50: float
    p99: float
    kilobytes: float
    refused: int
    broken: int


def need_wrk() -> None:
    """Stop, saying what to do, where there is no wrk."""
    if not shutil.which("wrk"):
        sys.exit(
            "The load comes from wrk, which is not here. Debian, Ubuntu: apt-get install wrk; macOS: brew install wrk."
        )


def press(url: str, operation: Operation, seconds: int, seed: int) -> Turn:
    """Ask as fast as it answers, over 32 connections."""
    environment = {
        **os.environ, "METHOD": operation.method, "TARGET": operation.target, "BODY": operation.body, "IDS": str(operation.ids or ""),
        "TOKENS": str(operation.tokens or ""), "HEADERS": operation.headers, "SEED": str(seed),
    }  # fmt: skip
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT), url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.split("RESULT ", 1)[1].splitlines()[0])
    requests = max(1, found["requests"])
    return Turn(
        per_second=(found["requests"] - (found["refused"] if operation.method == "GET" else 0)) / found["seconds"],
        p50=found["p50"],
        p99=found["p99"],
        kilobytes=found["bytes"] / requests / 1024,
        refused=found["refused"],
        broken=found["broken"],
    )
