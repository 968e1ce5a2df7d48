"""A client of `/ws`, as a program would write one: a thread that reads, and frames in the order in which they came."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

Frame = dict[str, Any]
_SERVER = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "realtime.json").read_text())["server"]
_EVENTS = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "events.json").read_text())


def undocumented(frame: Frame) -> str:
    """What is wrong with a frame of the server's by realtime.json and events.json; empty where nothing is."""
    described = _SERVER.get(frame["event"])
    if described is None:
        return f"{frame['event']} is not in realtime.json"
    schema = described.get("schema")
    if "id" in frame:
        if frame["type"] not in described["events"]:
            return f"{frame['type']} does not come as {frame['event']}"
        schema = {**_EVENTS["events"][frame["type"]]["schema"], "components": _EVENTS["components"]}
    errors = jsonschema.Draft202012Validator(schema).iter_errors(frame)
    return "; ".join(f"{frame['event']}: {error.message[:200]}" for error in errors)


class Client:
    """One socket. `frames` has all that came, `problems` what of it is not as documented; `code` why it was closed,
    once it is."""

    made: ClassVar[list["Client"]] = []

    def __init__(self, url: str, headers: dict[str, str] | None = None, **options: Any) -> None:
        options.setdefault("compression", None)
        address = f"{url.replace('http', 'ws', 1)}/ws"
        self._opened = ExitStack()
        self.socket = self._opened.enter_context(
            connect(address, additional_headers=headers or {}, proxy=None, **options)
        )
        self.frames: list[Frame] = []
        self.code: int | None = None
        self.problems: list[str] = []
        self._changed = threading.Condition()
        self._refs = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.made.append(self)

    def _read(self) -> None:
        try:
            for text in self.socket:
                with self._changed:
                    self.frames.append(json.loads(text))
                    self.problems += filter(None, [undocumented(self.frames[-1])])
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                self.code = self.socket.close_code
                self._changed.notify_all()

    def send(self, event: str, data: Any = None, **more: Any) -> None:
        """One frame."""
        self.socket.send(json.dumps({"event": event, "data": data, **more}))

    def ask(self, event: str, data: Any = None) -> Frame:
        """Send with a `ref`; the ack or error that answers it."""
        self._refs += 1
        ref = f"r{self._refs}"
        self.send(event, data, ref=ref)
        return self.wait(lambda frame: frame.get("ref") == ref)

    def wait(self, fits: Callable[[Frame], bool], seconds: float = 10, after: int = 0) -> Frame:
        """The first frame that fits, of those that came after so many."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                for frame in self.frames[after:]:
                    if fits(frame):
                        return frame
                left = deadline - time.monotonic()
                assert left > 0, f"it did not come: {self.frames[-5:]} {self.code}"
                assert self.code is None, f"closed with {self.code}: {self.frames[-5:]}"
                self._changed.wait(left)

    def wait_for(self, event: str, seconds: float = 10, after: int = 0) -> Frame:
        """The first frame of this name."""
        return self.wait(lambda frame: frame["event"] == event, seconds, after)

    def all_of(self, event: str) -> list[Frame]:
        """Every frame of this name so far."""
        with self._changed:
            return [frame for frame in self.frames if frame["event"] == event]

    def wait_closed(self, seconds: float = 10) -> int:
        """The code with which it was closed."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while self.code is None:
                left = deadline - time.monotonic()
                assert left > 0, f"still open: {self.frames[-5:]}"
                self._changed.wait(left)
            return self.code

    def close(self) -> None:
        """Goodbye."""
        self._opened.close()
