"""Staff at the admin."""

import time

from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client

from mintenance.roles import OURS, make_roles
from mintenance.staff.site import SEEN_AT
from tests import cast
from tests.cast import Who

APPS = (*OURS, "webhooks")
"""Those that the migrations have given to the roles."""


def staff_of(role: str) -> Who:
    """A member of staff in this group, or in none. Tests that commit have emptied the tables after the migrations."""
    make_roles(apps, APPS)
    who = cast.staff()
    if role:
        who.person.groups.add(Group.objects.get(name=role))
    return who


def browser_of(who: Who) -> Client:
    """Somebody who has been here a moment ago."""
    client = Client()
    client.force_login(who.person)
    session = client.session
    session[SEEN_AT] = time.time()
    session.save()
    return client
