"""Guessing passwords: ten tries for an address from a network, then a pause.

The pause holds for that network alone, and never where the owner of the address has signed in from lately: nobody can
lock somebody else out. Addresses without an account are counted alike, so that nothing shows which ones have one.
"""

import hashlib
from datetime import timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.exceptions import TooManyAttempts
from accounts.models import Session, SignInAttempts
from core.throttles import network_of

TRIES, WITHIN = 10, timedelta(minutes=15)
USUAL_FOR = timedelta(days=30)

# One statement, so that of any number of tries at the same moment only ten are let through. The tenth sets the lock
# before its password is looked at; if it is right, the row goes.
_COUNT = """
INSERT INTO accounts_signinattempts AS known (key, count, began_at) VALUES (%(key)s, 1, now())
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN COALESCE(known.locked_until, known.began_at + %(within)s) <= now() THEN 1
                 ELSE LEAST(known.count + 1, %(tries)s + 1) END,
    began_at = CASE WHEN COALESCE(known.locked_until, known.began_at + %(within)s) <= now() THEN now()
                    ELSE known.began_at END,
    locked_until = CASE WHEN COALESCE(known.locked_until, known.began_at + %(within)s) <= now() THEN NULL
                        WHEN known.count + 1 = %(tries)s THEN now() + %(within)s
                        ELSE known.locked_until END
RETURNING count, EXTRACT(EPOCH FROM locked_until - now())
"""


def count_attempt(email: str, address: str) -> None:
    """Count a try before its password is looked at. Raises TooManyAttempts (429) where ten have failed."""
    if not settings.RATE_LIMITS_ON:
        return
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"key": _key(email, address), "within": WITHIN, "tries": TRIES}
        cursor.execute(_COUNT, given)
        count, seconds = cursor.fetchone()
    if count > TRIES and not _is_usual(email, address):
        raise TooManyAttempts(retry_after=max(1, ceil(seconds or 0)))


def forget_attempts(email: str, address: str) -> None:
    """The password was right."""
    SignInAttempts.objects.filter(key=_key(email, address)).delete()


def forget_old_attempts() -> None:
    """Delete those that no longer count."""
    SignInAttempts.objects.filter(began_at__lt=timezone.now() - 2 * WITHIN).delete()


def _key(email: str, address: str) -> bytes:
    return hashlib.sha256(f"{email}\n{network_of(address)}".encode()).digest()


def _is_usual(email: str, address: str) -> bool:
    """Whether the owner of this address has been signed in from this network in the last month."""
    since = timezone.now() - USUAL_FOR
    sessions = Session.objects.filter(person__email=email, last_used_at__gt=since, address__isnull=False)
    known = sessions.values_list("address", flat=True).distinct()[:100]
    return network_of(address) in {network_of(usual) for usual in known if usual}
