"""The README's first session, run as it stands there against the site as `make run` starts it."""

import json
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mintenance.launcher.places import CHECKOUT, PASSABLE
from tests.journeys.launched import Launched, launched


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder that the database's account can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="mintenance-journey-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(PASSABLE)
        yield Path(folder) / "var"


@pytest.fixture(scope="module")
def site(var: Path) -> Iterator[Launched]:
    with launched(var) as running:
        yield running


def session_of_readme() -> str:
    """Every shell block of the README's first session, as one script."""
    text = (CHECKOUT / "README.md").read_text()
    section = text.split("## A first session")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.S))


def get(site: Launched, path: str) -> Any:
    with urllib.request.urlopen(site.url + path) as answer:
        return json.loads(answer.read())


def test_a_newcomer_posts_a_job_takes_bids_and_sees_it_done(site: Launched, tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", session_of_readme()],
        cwd=tmp_path,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "api": f"{site.url}/api/v2"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == ["3", "accepted", "2", "in_progress", "completed", "job.completed"]
    newest = get(site, "/api/v2/jobs?q=dripping&limit=1")["data"][0]
    assert newest["status"] == "completed"
    assert len(newest["images"]) == 2
    assert newest["contractor"]["completedJobs"] == 1
    assert newest["location"] == {"lat": 51.5, "lng": -0.14}, "a stranger sees about where it was, and no address"


def test_the_banner_names_addresses_and_people_who_can_sign_in(site: Launched) -> None:
    assert site.url in site.banner
    people = re.findall(r"(staff|homeowner|contractor) +(\S+@\S+) +password (\S+)", site.banner)
    assert [role for role, _, _ in people] == ["staff", "homeowner", "contractor"]
    for role, email, password in people:
        asked = urllib.request.Request(
            f"{site.url}/api/v2/auth/signin",
            json.dumps({"email": email, "password": password}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked) as answer:
            assert json.loads(answer.read())["data"]["user"]["role"] == role


def test_it_stops_cleanly_and_starts_again_with_what_was_there(var: Path, site: Launched) -> None:
    total = get(site, "/api/v2/jobs")["meta"]["total"]
    assert site.stop(signal.SIGINT) == 0
    before = time.monotonic()
    with launched(var) as again:
        seconds = time.monotonic() - before
        assert get(again, "/api/v2/jobs")["meta"]["total"] == total
        assert again.stop() == 0
    assert seconds < 30, f"the second start took {seconds:.0f} s; it makes no demo data again"
