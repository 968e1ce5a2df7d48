"""What programmers make of the document: a typed client that type-checks, and a Postman collection that passes.

Both come from tools for Node, which `make test` installs where npm is there (scripts/set-up-clients).
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from mintenance.launcher.places import CHECKOUT, PASSABLE
from tests.harness.site import site

CLIENTS = CHECKOUT / "tests" / "clients"
TOOLS = CLIENTS / "node_modules" / ".bin"
DOCUMENT = CHECKOUT / "docs" / "reference" / "openapi.json"
pytestmark = pytest.mark.skipif(
    not TOOLS.exists(), reason="Node's tools are not installed: `make test` does it where npm is there"
)


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_a_client_in_typescript_type_checks(tmp_path: Path) -> None:
    for name in ("client.ts", "tsconfig.json"):
        shutil.copy(CLIENTS / name, tmp_path)
    made = run(str(TOOLS / "openapi-typescript"), str(DOCUMENT), "-o", str(tmp_path / "api.d.ts"), folder=CLIENTS)
    assert made.returncode == 0, made.stdout + made.stderr
    checked = run(str(TOOLS / "tsc"), "-p", str(tmp_path), folder=CLIENTS)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_postman_collection_gets_what_is_documented() -> None:
    with tempfile.TemporaryDirectory(prefix="mintenance-postman-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder)) as running:
            users = json.loads(running.manage("demo", "--size", "small"))["users"]
            token = next(user["accessToken"] for user in users if user["role"] == "contractor")
            done = run("node", "postman.js", str(DOCUMENT), running.urls[0], token, folder=CLIENTS)
            assert running.failures() == []
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["asked"] == found["requests"] > 60
    assert found["asserted"] == 2 * found["requests"]
