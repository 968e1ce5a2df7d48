"""uvicorn's WebSockets, which also take frames that are written already (core/frames.py)."""

from typing import Any, override

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from core.frames import EXTENSION


class FrameProtocol(WebSocketsSansIOProtocol):
    """Offers its application the extension `mintenance.frames`."""

    scope: Any

    @override
    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        # The application's task has been made, and has not begun.
        if self.response.status_code == 101 and not self.conn.extensions:  # an extension may change every frame
            self.scope["extensions"][EXTENSION] = self.write_frames

    def write_frames(self, wire: bytes) -> bool:
        """See `core.frames.EXTENSION`. What it writes goes round the protocol's own state, which text does not change
        (RFC 6455, section 5.4: whole messages may follow each other in any way)."""
        if not self.writable.is_set() or not self.handshake_complete or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(wire)
        return True
