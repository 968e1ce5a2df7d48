"""Named places where a test makes the process die, raise or wait. Each name stands here and nowhere else.

FAILPOINT=events.committed:kill9@3        at the third passing, end the process as SIGKILL would
"""

import os
import signal
import time
from collections import Counter
from threading import Lock

from core import env

NAMES = {
    "events.committed": "a change is committed, its events are not published yet",
    "events.published": "events have their positions, nobody was told yet",
    "accounts.erasing": "a person is taken out of everything, and nothing is committed yet",
    "accounts.erased": "a person is erased, and their files are not deleted yet",
    "notifications.mail_queued": "a mail is queued and what it tells of waits no more, neither committed",
    "events.reacted": "a reactor has made its rows, which are not committed yet",
    "mail.claimed": "a mail is claimed by the worker and not sent yet",
    "mail.sent": "a mail is sent and not marked so yet",
    "webhooks.claimed": "deliveries are claimed and not posted yet",
    "webhooks.sent": "endpoints have answered, and what they said is not written down yet",
}
ACTIONS = ("kill9", "raise", "sleep")

_passed: Counter[str] = Counter()
_lock = Lock()


class FailPoint(Exception):
    """Raised at a failpoint whose action is `raise`."""


def _parse(text: str) -> tuple[str, str, int]:
    name, _, rest = text.partition(":")
    action, _, turn = rest.partition("@")
    if name not in NAMES or action not in ACTIONS or not (turn or "1").isdigit():
        raise env.BadSetting("FAILPOINT", f"is not valid: expected name:action@n with a name of {', '.join(NAMES)}.")
    return name, action, int(turn or 1)


_given = env.test_only("FAILPOINT", "", about="Where the process is to fail, as name:action@n.")
ACTIVE = _parse(_given) if _given else None


def failpoint(name: str) -> None:
    """Pass the place of this name. Does nothing but in a test that asked for it."""
    if ACTIVE is None or ACTIVE[0] != name:
        return
    with _lock:
        _passed[name] += 1
        if _passed[name] != ACTIVE[2]:
            return
    match ACTIVE[1]:
        case "kill9":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise FailPoint(name)
        case "sleep":
            time.sleep(5)
