"""The settings of a development machine, handed to children by their environment. What is set, stays."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

SECRET_KEY_FILE = "secret_key"  # noqa: S105 - a file's name


def development_environment(given: Mapping[str, str], var: Path, port: int, database_url: str) -> dict[str, str]:
    """`given`, and what it lacks to run the site on this machine alone."""
    defaults = {
        "SECRET_KEY": given.get("SECRET_KEY") or secret_key(var),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GRAPHQL_INTROSPECTION": "on",
        "VAR_DIR": str(var),
        "DATABASE_URL": database_url,
    }
    return {**given, **{name: given.get(name) or value for name, value in defaults.items()}}


def secret_key(var: Path) -> str:
    """A key of this checkout's own, made once and readable by nobody else."""
    file = var / SECRET_KEY_FILE
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()
