"""What the desk promises before any Python of ours runs: requirement files, and what installs them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mintenance.launcher.places import CHECKOUT

REQUIREMENTS = sorted(CHECKOUT.glob("requirements*.txt"))


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.name)
def test_every_package_is_pinned_and_hashed_and_no_index_is_named(file: Path) -> None:
    text = file.read_text()
    assert "://" not in text
    assert "index" not in re.sub(r"^[\w.-]+==.*", "", text, flags=re.M)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9][a-z0-9.-]*(\[.*\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_the_tests_need_holds_what_the_site_needs() -> None:
    """`make test` installs only the larger file."""
    site, tests = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert site <= tests


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("sh", "dirname", "mkdir", "rm", "cat", "cmp", "cp"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    asked = subprocess.run(
        [CHECKOUT / "scripts" / "set-up", tmp_path / "venv", "requirements.txt"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 1
    assert "needs Python 3.12 or later and found none" in asked.stderr
    assert "apt-get install python3" in asked.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    for name in ("sh", "dirname", "mkdir", "rm", "cat", "cmp", "cp"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    asked = subprocess.run(
        [CHECKOUT / "scripts" / "set-up", tmp_path / "venv"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "found none" in asked.stderr


def _pins(file: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9][a-z0-9.\[\],-]*==\S+", (CHECKOUT / file).read_text(), flags=re.M))
