"""The lists under docs/reference, each made from the code."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.actors import GRANTABLE_SCOPES
from core import env
from core.versions import VERSIONS, Version
from events.documents import ENVELOPE
from events.types import TYPES
from mintenance.documents.examples import example_of
from mintenance.documents.frames import frames
from mintenance.documents.generator import Generator
from mintenance.schema import SCHEMA

_HOME = "http://127.0.0.1:8000"


def all_lists() -> dict[str, str]:
    """File name → its text, the same again while the code is the same."""
    current = next(version for version in VERSIONS.values() if version.successor is None)
    document = Generator(current, _HOME).document()
    return {
        "openapi.json": _json(document),
        **{f"openapi-v{v.number}.json": _older(v) for v in VERSIONS.values() if v.successor is not None},
        "events.json": _json(_events(document["components"]["schemas"])),
        "realtime.json": _json(frames()),
        "schema.graphql": SCHEMA.as_str() + "\n",
        "settings.md": _settings(),
        "limits.md": _limits(),
    }


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _older(version: Version) -> str:
    return _json(Generator(version, _HOME).document())


def _events(components: Mapping[str, Any]) -> dict[str, Any]:
    """Every type. Schemas that they share stand once."""
    found = events_by_type(components)
    return {"events": found, "components": {"schemas": schemas_used_in(found, components)}}


def events_by_type(components: Mapping[str, Any]) -> dict[str, Any]:
    """Every type: what it means, its schema, and an example."""
    found = {}
    for name, event in sorted(TYPES.items()):
        look = components[event.representation.named()]
        schema = {**ENVELOPE, "properties": {**ENVELOPE["properties"], "type": {"const": name}}}
        schema["properties"]["data"] = {"$ref": f"#/components/schemas/{event.representation.named()}"}
        example = {
            **example_of(ENVELOPE, components),
            "id": "evt_000000000000002a",
            "type": name,
            "resource": {"type": event.resource_type(), "id": example_of({"type": "string", "format": "uuid"}, {})},
            "data": example_of(look, components),
        }
        found[name] = {
            "about": " ".join((event.__doc__ or "").split()),
            "public": event.public,
            "schema": schema,
            "example": example,
        }
    return found


def schemas_used_in(found: Any, components: Mapping[str, Any]) -> dict[str, Any]:
    """The components that these schemas refer to, and those that they refer to."""
    used: dict[str, Any] = {}
    left = [found]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in used:
                used[name] = components[name]
                left.append(components[name])
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
    return dict(sorted(used.items()))


def _settings() -> str:
    rows = [f"| `{one.name}` | {one.kind} | {_default(one.default)} | {one.about} |" for one in env.LISTED.values()]
    return "\n".join([
        "# Settings",
        "",
        "Every setting is an environment variable, read when a process starts. A wrong or missing one stops the start",
        "with one line that names it. `make contracts` writes this list from the code.",
        "",
        "| variable | kind | default | what it is |",
        "|---|---|---|---|",
        *sorted(rows),
        "",
    ])  # fmt: skip


def _default(text: str) -> str:
    """Without a path of the machine that writes the list."""
    shown = text.replace(str(settings.BASE_DIR), "the checkout").replace(str(settings.VAR_DIR), "the checkout/var")
    return f"`{shown}`" if shown else "empty"


def _limits() -> str:
    rates = [
        f"| `{policy}` | {quota} | {window // 60} min | `RATE_{policy.upper()}` |"
        for policy, (quota, window) in settings.RATE_LIMITS.items()
    ]
    others = [
        ("JSON body", f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024} kB"),
        ("image file", f"{settings.IMAGE_MAX_BYTES // 1024**2} MB, {settings.IMAGE_MAX_PIXELS // 10**6} megapixels"),
        ("images of a person, in all", f"{settings.IMAGE_QUOTA_BYTES // 1024**2} MB"),
        ("images on a job", "10"),
        ("bids of a contractor on a job, in all", "3"),
        ("saved searches of a person", "20"),
        ("reviews of a job", f"1, within {settings.REVIEW_DAYS} days of its completion"),
        ("page", "100"),
        ("stretch of events", "500"),
        ("failed sign-ins for an address from a network", "10 in 15 min, then locked for 15 min there"),
        ("API keys of a person", "20"),
        ("webhook endpoints of a person", "20"),
    ]
    return "\n".join([
        "# Limits",
        "",
        "Requests are counted over a sliding window: strangers by address (IPv6 by /64), people by group, all API keys",
        "of a person together by group. Every answer says what is left (`RateLimit`, `RateLimit-Policy`).",
        "",
        "| limit | requests | window | setting |",
        "|---|---|---|---|",
        *rates,
        "",
        "| what | most |",
        "|---|---|",
        *(f"| {what} | {most} |" for what, most in others),
        "",
        f"Scopes that an API key can be given: {', '.join(f'`{scope}`' for scope in GRANTABLE_SCOPES)}.",
        "",
    ])  # fmt: skip
