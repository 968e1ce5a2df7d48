"""The servers behind `manage.py web` and `manage.py run`, and how they leave.

On SIGTERM a server first says on /readyz that it is going, so that the load balancer turns elsewhere. It
goes on answering for `drain` seconds, then closes its doors and lets the requests under way finish; after
20 s in all it is gone. SIGINT, a person's Ctrl-C, skips the first part. Where one process hears the signal
and others answer, it passes the word on by SIGUSR1.
"""

import copy
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server as Granian
from uvicorn.supervisors import Multiprocess

from core import health
from mintenance.websockets import FrameProtocol

LEAVING_SECONDS = 20.0
# How long the event loop may keep the interpreter's lock while a thread that saves something waits for it: everybody in
# the chat waits for that thread. With Python's own 5 ms it brought some 8 % fewer messages a second.
SWITCH_SECONDS = 0.001
BACKLOG = 4096
WEBSOCKET_BYTES = 64 * 1024
# Longer than load balancers keep theirs, so that they never send into a connection that is closing.
KEEP_ALIVE_SECONDS = 75


@dataclass(frozen=True)
class Door:
    """Where a server listens, with how many processes, and for how long it says that it is going."""

    host: str
    port: int
    workers: int = 1
    drain: float = 0.0

    @property
    def seconds_to_finish(self) -> int:
        """What is left for requests under way once the doors are closed, and a second to spare."""
        return int(LEAVING_SECONDS - self.drain) - 1


def serve_everything(door: Door, opened: Callable[[], None] | None = None) -> None:
    """HTTP, sockets and streams by ASGI, until a signal. A single process calls `opened` when it listens."""
    config = uvicorn.Config(
        "mintenance.server:load_asgi",
        factory=True,
        host=door.host,
        port=door.port,
        workers=door.workers,
        loop="uvloop",
        http="httptools",
        ws=FrameProtocol,
        ws_max_size=WEBSOCKET_BYTES,
        ws_per_message_deflate=False,  # its windows would cost a socket more memory than all the rest
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=door.seconds_to_finish,
        log_config=None,  # settings.LOGGING speaks for all
        log_level="warning",
        access_log=False,  # core/middleware.py writes it, with the request's id
        server_header=False,
        proxy_headers=False,  # core/middleware.py knows which proxies to trust
    )
    if door.workers == 1:
        AsgiServer(config, door.drain, opened).run()
    else:
        _share_metrics()
        AsgiProcesses(config, door.drain).run()


def serve_http(door: Door) -> None:
    """Plain HTTP by WSGI, until a signal. A request costs a third of what it costs under ASGI."""
    if door.workers > 1:
        _share_metrics()
    WsgiProcesses(
        "mintenance.wsgi:application",
        address=door.host,
        port=door.port,
        interface=Interfaces.WSGI,
        workers=door.workers,
        blocking_threads=settings.HTTP_THREADS,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=door.seconds_to_finish,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
        drain=door.drain,
    ).serve(target_loader=load_wsgi, wrap_loader=False)


def load_asgi() -> Any:
    """The ASGI application, in a process that knows what SIGUSR1 means."""
    _listen_for_drain()
    sys.setswitchinterval(SWITCH_SECONDS)
    from mintenance.asgi import application

    return application


def load_wsgi() -> Any:
    """The WSGI application, in a process that knows what SIGUSR1 means."""
    _listen_for_drain()
    from mintenance.wsgi import application

    return application


class AsgiServer(uvicorn.Server):
    """One process: it hears the signal itself."""

    def __init__(self, config: uvicorn.Config, drain: float, opened: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._drain = drain
        self._opened = opened
        self._leaving_at: float | None = None

    async def startup(self, sockets: Any = None) -> None:
        """Open the door, and tell."""
        await super().startup(sockets)
        if self.started and self._opened:
            self._opened()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: leave after the drain. SIGINT, or anything a second time: leave now."""
        if self.should_exit:
            self.force_exit = True
        elif sig == signal.SIGINT or self._leaving_at is not None:
            self.should_exit = True
        else:
            health.drain()
            self._leaving_at = time.monotonic() + self._drain
            _leave_at_last(LEAVING_SECONDS)

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: is it time to leave?"""
        if self._leaving_at is not None and time.monotonic() >= self._leaving_at:
            self.should_exit = True
        return await super().on_tick(counter)


class AsgiProcesses(Multiprocess):
    """Several processes behind one socket."""

    def __init__(self, config: uvicorn.Config, drain: float) -> None:
        super().__init__(config, sockets=[config.bind_socket()])
        self._drain = drain

    def handle_int(self) -> None:
        """A person's Ctrl-C: no drain."""
        self._drain = 0
        super().handle_int()

    def terminate_all(self) -> None:
        """Tell all, wait, end all."""
        pids = [process.pid for process in self.processes]
        _tell_and_wait(pids, self._drain)
        _leave_at_last(LEAVING_SECONDS - self._drain, pids)
        super().terminate_all()


class WsgiProcesses(Granian):  # type: ignore[valid-type,misc]  # the class depends on the interpreter
    """Granian's workers, told before they are ended."""

    def __init__(self, *arguments: Any, drain: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._drain = drain

    def signal_handler_interrupt(self, *arguments: Any, **options: Any) -> None:
        """A person's Ctrl-C: no drain."""
        if arguments and arguments[0] == signal.SIGINT:
            self._drain = 0
        super().signal_handler_interrupt(*arguments, **options)

    def shutdown(self, exit_code: int = 0) -> None:
        """Tell all, wait, end all."""
        if self.interrupt_signal:
            _tell_and_wait([worker.inner.pid for worker in self.wrks], self._drain)
        super().shutdown(exit_code)


def _listen_for_drain() -> None:
    signal.signal(signal.SIGUSR1, lambda *_: health.drain())


def _tell_and_wait(pids: Iterable[int | None], seconds: float) -> None:
    if seconds:
        _signal(pids, signal.SIGUSR1)
        time.sleep(seconds)


def _leave_at_last(seconds: float, pids: Iterable[int | None] = ()) -> None:
    """End those processes and this one when `seconds` are over, even if a view hangs in a thread."""

    def leave() -> None:
        _signal(pids, signal.SIGKILL)
        os._exit(1)

    timer = threading.Timer(seconds - 0.5, leave)
    timer.daemon = True
    timer.start()


def _signal(pids: Iterable[int | None], number: signal.Signals) -> None:
    for pid in pids:
        try:
            if pid is not None:
                os.kill(pid, number)
        except ProcessLookupError:
            continue


def _share_metrics() -> None:
    """A folder where the processes add up what /metrics shows, whichever of them is asked."""
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="mintenance-metrics-"))


def _logging() -> dict[str, Any]:
    """settings.LOGGING with granian's own name in it."""
    logging: dict[str, Any] = copy.deepcopy(settings.LOGGING)
    logging["loggers"]["_granian"] = {"level": "WARNING"}
    return logging
