"""Query parameters: those that an action has, once each, and text."""

from collections.abc import Collection

from django.http import QueryDict

from core.filters import InvalidParameter
from core.versions import Version


def check(query: QueryDict, known: Collection[str], version: Version) -> None:
    """Raise InvalidParameter, naming each that the action or the version has not, or that makes no sense."""
    wrong: dict[str, list[str]] = {}
    for name, values in query.lists():
        if name not in known or not version.knows(name):
            wrong[name[:100].replace("\0", "")] = ["This parameter is not known."]
        elif any("\0" in value for value in values):
            wrong[name] = ["This is no text."]
        elif len(values) > 1:
            wrong[name] = ["This parameter may stand once."]
    if wrong:
        raise InvalidParameter(wrong, f"The query parameter {next(iter(wrong))} is not valid.")
