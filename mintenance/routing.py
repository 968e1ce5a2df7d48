"""Sockets, by their address."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from messaging.consumers import Chat
from mintenance.graphql.sockets import GraphQLSocket


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """No socket has this address: refused before it opens, which servers answer with 403."""
    await receive()
    await send({"type": "websocket.close"})


sockets = URLRouter(
    [
        path("ws", Chat.as_asgi()),
        path("graphql", GraphQLSocket.as_asgi()),
        re_path("", nowhere),  # type: ignore[arg-type]  # an ASGI application
    ]
)
