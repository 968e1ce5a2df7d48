"""PUT, merge patch (RFC 7396) and JSON Patch (RFC 6902): three ways to write one dict of changes."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import jsonpatch
from jsonpointer import JsonPointer, JsonPointerException
from rest_framework.fields import empty

from core.errors import BadInput, Conflict, FieldErrors, Unprocessable
from core.inputs import Input, emptied

MAX_OPERATIONS = 100
MAX_NODES = 10_000  # of the document while it is patched: `copy` can double it at each step

MERGE_PATCH, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"


class ReadOnlyField(BadInput):
    """A field that cannot be written was sent with another value than the stored one."""

    code, message = (
        "read_only_field",
        "A field that cannot be written was sent with another value.",
    )


class BadPatch(BadInput):
    """The body is not a JSON Patch document."""

    code, message = "invalid_patch", "The body is not a JSON Patch document."


class PatchTestFailed(Conflict):
    """An operation `test` found another value."""

    code, message = "patch_test_failed", "A test in the patch found another value."


class PatchConflict(Conflict):
    """An operation refers to a place that the resource does not have."""

    code, message = (
        "patch_conflict",
        "The patch refers to a place that the resource does not have.",
    )


class PathNotWritable(Unprocessable):
    """An operation would write where nothing may be written."""

    code, message = (
        "path_not_writable",
        "The patch writes to a place that cannot be written.",
    )


def changes(
    form: type[Input],
    body: Any,
    stored: Mapping[str, Any],
    method: str,
    media_type: str,
) -> dict[str, Any]:
    """What `body` changes of the resource, validated by `form`, under inside names.

    `stored` is the resource as the caller sees it. A value that is sent back unchanged is no change. PUT
    demands every field that is required; a patch looks only at the fields that it writes.
    """
    fields = form().outside
    before = form.document(stored)
    if method == "PUT":
        after = _without_read_only(fields, body, stored)
    elif media_type == JSON_PATCH:
        after = _patched(fields, body, {**stored, **before})
    else:
        after = merge(before, _without_read_only(fields, body, stored))
    return _validated(form, before, after, whole=method == "PUT")


def merge(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def _validated(form: type[Input], before: dict[str, Any], after: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Validate what differs, and with PUT also that nothing required is missing.

    Removed fields become empty.
    """
    differing = {name: value for name, value in after.items() if name not in before or not same(before[name], value)}
    clean = form.read(differing, partial=True)
    missing: dict[str, list[str]] = {}
    for name, field in form().outside.items():
        if name in after or (name not in before and not whole):
            continue
        nothing = emptied(field)
        if field.required or (nothing is empty and not whole):
            missing[name] = ["This field is required."]
        elif nothing is not empty and not same(before.get(name), nothing):
            clean[str(field.source)] = nothing
    if missing:
        raise FieldErrors(missing)
    return clean


def _without_read_only(fields: Mapping[str, Any], body: Any, stored: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise BadInput("The body must be a JSON object.")
    for name, value in body.items():
        if name in stored and name not in fields and not same(stored[name], value):
            details = {name: ["This field cannot be written."]}
            raise ReadOnlyField(f"The field {name} cannot be written.", details=details)
    return {name: value for name, value in body.items() if name in fields or name not in stored}


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are the same number, 1 and true are not the same."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float | Decimal) and isinstance(other, float | Decimal):
        return Decimal(str(one)) == Decimal(str(other))
    return bool(one == other)


# --- JSON Patch -------------------------------------------------------------------------------------------


def _patched(fields: Mapping[str, Any], body: Any, document: dict[str, Any]) -> dict[str, Any]:
    """The writable members after all operations.

    They may read whatever the caller sees, and write only what is theirs.
    """
    if not isinstance(body, list) or not all(isinstance(step, dict) for step in body):
        raise BadPatch
    if len(body) > MAX_OPERATIONS:
        raise BadPatch(f"A patch holds at most {MAX_OPERATIONS} operations.")
    for step in body:
        _refuse_unwritable(fields, step)
    for step in body:
        document = _apply(step, document)
        if _nodes(document) > MAX_NODES:
            raise BadPatch("The patch makes the resource too large.")
    return {name: value for name, value in document.items() if name in fields}


_POINTERS = {
    # what an operation reads and writes, RFC 6902, section 4
    "test": (("path",), ()),
    "add": (("path",), ("path",)),
    "remove": (("path",), ("path",)),
    "replace": (("path",), ("path",)),
    "move": (("from", "path"), ("from", "path")),
    "copy": (("from", "path"), ("path",)),
}


def _refuse_unwritable(fields: Mapping[str, Any], step: dict[str, Any]) -> None:
    op = step.get("op")
    if not isinstance(op, str) or op not in _POINTERS:
        raise BadPatch
    pointers = {member: _pointer(step.get(member)) for member in _POINTERS[op][0]}
    for member in _POINTERS[op][1]:
        parts = pointers[member].parts
        if not parts or parts[0] not in fields:
            raise PathNotWritable(f"The path {step[member][:200]!r} cannot be written.")


def _pointer(path: Any) -> JsonPointer:
    if not isinstance(path, str):
        raise BadPatch
    try:
        return JsonPointer(path)
    except JsonPointerException:
        raise BadPatch from None


def _apply(step: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    try:
        if step.get("op") == "test":
            return _test(step, document)
        return jsonpatch.JsonPatch([step]).apply(document)
    except jsonpatch.InvalidJsonPatch:
        raise BadPatch from None
    except (jsonpatch.JsonPatchException, JsonPointerException):
        raise PatchConflict from None


def _test(step: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The library takes true for 1, so the comparison is ours."""
    if "value" not in step:
        raise BadPatch
    missing: Callable[..., object] = object
    found = _pointer(step.get("path")).resolve(document, missing)
    if not same(found, step["value"]):
        raise PatchTestFailed
    return document


def _nodes(document: Any) -> int:
    count, left = 0, [document]
    while left:
        value = left.pop()
        count += 1
        if count > MAX_NODES:
            break
        if isinstance(value, dict | list):
            left.extend(value.values() if isinstance(value, dict) else value)
    return count
