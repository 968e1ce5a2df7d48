"""How many SQL statements the list of each table costs with a hundred rows on it, frozen, and the same as with ten."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.admin import LargeAdmin
from tests import cast
from tests.admin import many
from tests.admin.browsers import browser_of
from tests.admin.test_plans import large_models

FILE = Path(__file__).with_name("query_counts.json")
ROWS = 100
pytestmark = pytest.mark.django_db


def fill_small() -> None:
    """The tables that never grow large have a hundred rows too."""
    from django.contrib.auth.models import Group
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from accounts.models import Person
    from events.models import ReactorPosition

    Group.objects.bulk_create(Group(name=f"Group {number}") for number in range(ROWS))
    ReactorPosition.objects.bulk_create(ReactorPosition(name=f"reactor {number}") for number in range(ROWS))
    TOTPDevice.objects.bulk_create(TOTPDevice(user=person, name="Phone") for person in Person.objects.all()[:ROWS])


def cost(browser: Client, model: Any, rows: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of the list, with so many rows on a page."""
    monkeypatch.setattr(LargeAdmin, "list_per_page", rows)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    assert len(answer.context["cl"].result_list) >= rows, model
    return len(queries)


def test_each_list_costs_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in large_models():
        many.fill(model, ROWS)
    fill_small()
    browser = browser_of(cast.staff(is_superuser=True))
    everything = sorted(admin.site._registry, key=lambda model: model._meta.label)
    found = {model._meta.label: cost(browser, model, ROWS, monkeypatch) for model in everything}
    assert found == {model._meta.label: cost(browser, model, 10, monkeypatch) for model in everything}
    if os.environ.get("COUNTS") == "write":
        FILE.write_text(json.dumps(found, indent=1) + "\n")
    assert found == json.loads(FILE.read_text()), (
        f"COUNTS=write make test ARGS={Path(__file__).parent} writes them anew"
    )
