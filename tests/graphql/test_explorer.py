"""GraphiQL: for browsers, from here alone."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_browser_is_shown_it_and_all_its_files_are_here() -> None:
    page = Client().get("/graphql", headers={"accept": BROWSER})
    text = page.content.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert page.status_code == 200
    assert len(files) > 8
    for file in files:
        if file != "data:,":
            assert finders.find(file.removeprefix("/static/")), file
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy


@pytest.mark.django_db
def test_programs_are_not() -> None:
    answer = Client().get("/graphql", headers={"accept": "*/*"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
