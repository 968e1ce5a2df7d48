"""Staff at the admin."""

import time

from django.test import Client

from mintenance.staff.site import SEEN_AT
from tests.cast import Who


def browser_of(who: Who) -> Client:
    """Somebody who has been here a moment ago."""
    client = Client()
    client.force_login(who.person)
    session = client.session
    session[SEEN_AT] = time.time()
    session.save()
    return client
