"""No connection is made to a forbidden address, whatever it is called: accepted by a sink that listens at all of them.

What is refused at creation and update is tested in test_endpoints.py; here the endpoints are there already, as though
they had been let in, and are sent a test and an event.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from django.utils import timezone

from events import publishing
from mintenance.launcher.places import CHECKOUT
from tests import cast
from tests.cast import Rest, Who
from tests.webhooks.test_endpoints import HOSTS, URLS
from webhooks import signing, tasks
from webhooks.models import Delivery, Endpoint
from webhooks.services.claiming import claim
from webhooks.services.settling import Outcome, settle

pytestmark = pytest.mark.django_db
PUBLIC, ALLOWED = "93.184.215.14", "127.0.0.9"
FORBIDDEN = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "::ffff:127.0.0.1", "fd00::1", "64:ff9b::7f00:1"]  # fmt: skip


@cache
def namespace() -> tuple[str, ...]:
    """The command that runs another in a network namespace of its own; none where the kernel does not let us."""
    for command in (("unshare", "-n"), ("unshare", "-rn")):
        try_it = [*command, "ip", "link", "set", "lo", "up"]
        if (
            shutil.which("unshare")
            and shutil.which("ip")
            and subprocess.run(try_it, capture_output=True).returncode == 0
        ):
            return command
    return ()


def ask(where: str, urls: list[str], names: dict[str, Any]) -> Any:
    """Have them posted to in the namespace, or on this machine."""
    command = [*namespace()] if where == "namespace" else []
    last = ["--loopback"] if where == "loopback" else []
    environment = {
        **os.environ, "MINTENANCE_TEST": "1", "DEBUG": "on",  # plain http is let pass, so that the address alone counts
        "WEBHOOK_ALLOW_NETS": "" if where == "namespace" else f"{ALLOWED}/32",
    }  # fmt: skip
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.webhooks.namespace", *last],
        input=json.dumps({"urls": urls, "names": names}) + "\n",
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def queue_for_each(rest: Rest, ann: Who, urls: list[str]) -> None:
    """A test and an event for an endpoint of each URL."""
    secret = signing.encrypt(signing.make_secret())
    hooks = Endpoint.objects.bulk_create(
        Endpoint(person_id=ann.id, url=url, events=["job.posted"], after_position=0, secret=secret) for url in urls
    )
    for hook in hooks:
        assert rest.post(f"webhooks/{hook.pk}/test", {}, by=ann).status_code == 202
    cast.job_of(ann)
    publishing.publish()
    tasks.queue_webhooks()


def names_that_turn(good: str, port: int) -> dict[str, Any]:
    """Names that have a good address at first, and a forbidden one later: at the first delivery, at the second, beside
    the good one, before it."""
    turns = {
        "first": [[good], ["bad"]], "second": [[good], [good], ["bad"]],
        "beside": [[good], [good, "bad"]], "before": [[good], ["bad", good]],
    }  # fmt: skip
    answers = {
        f"{when}-{number}.example": [[bad if one == "bad" else one for one in found] for found in turn]
        for when, turn in turns.items()
        for number, bad in enumerate(FORBIDDEN)
    }
    answers["true.example"] = [[good]]
    return {"answers": answers, "urls": [f"http://{name}:{port}/hook" for name in answers]}


@pytest.mark.parametrize("where", ["namespace", "loopback"])
def test_no_forbidden_address_is_connected_to(rest: Rest, ann: Who, settings: Any, where: str) -> None:
    if where == "namespace" and not namespace():
        pytest.skip("no network namespace may be made here (`unshare -n ip link set lo up`)")
    settings.RATE_LIMITS_ON = False
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = 8000 + free.getsockname()[1] % 2000
    good, at = (PUBLIC, "") if where == "namespace" else (ALLOWED, f":{port}")
    urls = [f"{scheme}://{host}{at}/hook" for scheme in ("https", "http") for host in HOSTS]
    urls += [
        url for url in URLS if url not in ("http://example.org/", "http://93.184.215.14/")
    ]  # which DEBUG lets pass
    queue_for_each(rest, ann, urls)
    parcels = claim(most=10_000, held={})
    assert len(parcels) == 2 * len(urls) > 640
    found = ask(where, [one.url for one in parcels], names_that_turn(good, port if at else 80))
    settle([
        Outcome(one, timezone.now(), 1, status=came["status"], error=came["error"])
        for one, came in zip(parcels, found["posted"], strict=True)
    ])  # fmt: skip
    assert found["accepted"] == []
    assert not Delivery.objects.filter(attempts__response_status__isnull=False).exists()
    assert Delivery.objects.filter(status="pending", attempt_count=1, attempts__error__gt="").count() == len(parcels)
    assert set(found["acceptedByName"]) == {good}, "a redirect is not followed either"
    for url, came in found["named"].items():
        assert came["created"], url
        arrived = [one["status"] for one in came["posted"]]
        assert arrived == {"true": [302, 302], "seco": [302, None]}.get(url[7:11], [None, None]), (url, came)
