"""Receivers for a process of their own: they know nothing of Django."""

import asyncio
import time
from typing import Any

from aiohttp import web

from tests.webhooks.unruly import Unruly


def misbehave(urls: Any) -> None:
    """Those that sleep, drip, reset and flood."""
    bad = [Unruly(manner) for manner in ("sleep", "drip", "reset", "flood")]
    urls.send([one.url for one in bad])
    time.sleep(600)


def serve(port: Any) -> None:
    """Answers 204 to everything."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=204)

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/{name}", take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port.send(site._server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
        await asyncio.sleep(600)

    asyncio.run(run())
