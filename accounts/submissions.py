"""A form that is sent twice, by two clicks or a reload, is carried out once, as REST does it by Idempotency-Key."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.actors import Actor
from core.idempotency import InProgress, once

TRIES, PAUSE = 20, 0.25  # while the first is still at it; seconds
UNSAID = ("once", "csrfmiddlewaretoken")  # what is no part of what somebody has filled in


@dataclass(frozen=True)
class _Sent:
    """What `once` looks at of a request."""

    META: dict[str, str]
    data: QueryDict
    path: str
    method: str = "POST"
    version: str = "pages"


@dataclass(frozen=True)
class _Submission:
    actor: Actor
    request: _Sent

    def handle_exception(self, error: Exception) -> NoReturn:
        """No refusal is kept: the form shows it, and may be sent again."""
        raise error


def carry_out_once(request: HttpRequest, run: Callable[[], str], *, by: Actor) -> str:
    """The address that `run` answers for this form with these contents; for a day it is the first answer again.

    With other contents it is another submission: somebody has gone back to write something similar.
    """
    filled_in = request.POST.copy()
    token = filled_in.get("once") or ""
    for name in UNSAID:
        filled_in.pop(name, None)
    contents = hashlib.sha256(repr(sorted(filled_in.lists())).encode()).hexdigest()
    sent = _Sent({"HTTP_IDEMPOTENCY_KEY": f"{token[:64]}-{contents}"}, filled_in, request.path)
    if not token:
        return run()
    for tries_left in reversed(range(TRIES)):
        try:
            answer: Any = once(_Submission(by, sent), lambda: HttpResponse(run(), status=201))
            return str(answer.content.decode())
        except InProgress:
            if not tries_left:
                raise
            time.sleep(PAUSE)
    raise AssertionError
