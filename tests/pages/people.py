"""Browsers, as Django's client plays them."""

from typing import Any

from django.test import Client

from tests.cast import Who


def browser_of(who: Who) -> Client:
    """Somebody who has signed in."""
    client = Client()
    client.force_login(who.person)
    return client


def page(client: Client, address: str) -> str:
    """The page, which is there."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def send(client: Client, path: str, /, **fields: Any) -> str:
    """What a form leads to: the page after it, which says how it went. Actions go back to where they came from."""
    answer = client.post(path, fields, follow=True, headers={"referer": "http://testserver/jobs"})
    return str(answer.text)
