"""A fuzzer (schemathesis) over the served document, as everybody whom the API knows.

It runs in an environment of its own, which `make test` and `make fuzz` set up. EXAMPLES is how many requests it makes up for
each operation: few in `make test`, two hundred in `make fuzz`.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mintenance.launcher.places import CHECKOUT, PASSABLE
from tests.harness.site import Site, site

TOOL = CHECKOUT / ".venv-fuzz" / "bin" / "st"
EXAMPLES = os.environ.get("EXAMPLES", "10")
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
          "response_schema_conformance,use_after_free,unsupported_method,allow_header_conformance")  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> Iterator[Site]:
    """A site with the small demo data."""
    with tempfile.TemporaryDirectory(prefix="mintenance-fuzz-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), JWT_ACCESS_SECONDS="7200") as running:
            yield running


@pytest.mark.skipif(not TOOL.exists(), reason="schemathesis is not installed: `make test` and `make fuzz` install it")
@pytest.mark.parametrize("role", ["homeowner", "contractor", "staff", "nobody"])
def test_nothing_that_it_makes_up_breaks_a_promise(demo: Site, role: str) -> None:
    users = json.loads(demo.manage("demo", "--size", "small"))["users"]
    tokens = {user["role"]: user["accessToken"] for user in users}
    header = ["--header", f"Authorization: Bearer {tokens[role]}"] if role in tokens else []
    done = subprocess.run(
        [
            str(TOOL), "run", f"{demo.urls[0]}/api/v2/openapi.json", "--url", demo.urls[0], *header,
            "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "7", "--workers", "2", "--checks", CHECKS,
            "--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all", "--no-color",
            "--exclude-operation-id", "signout", "--exclude-operation-id", "changePassword", "--exclude-operation-id", "deleteSession",
            "--exclude-operation-id", "deleteOwnAccount",
        ],
        cwd=demo.log.parent, capture_output=True, text=True, env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(demo.log.parent)},
    )  # fmt: skip
    print(done.stdout[-1500:])  # noqa: T201 - shown with -s
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:]
    assert demo.failures() == []
