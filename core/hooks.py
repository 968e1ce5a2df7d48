"""Reactions that belong to the same transaction, in apps above the one that acts.

An app may not import those above it. Where a change below has to change rows above before it commits (a person is
suspended, so their jobs vanish), the settings name the functions to call, in order.
"""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def call_hooks(setting: str, **arguments: Any) -> None:
    """Call each function that the setting lists (dotted paths), in order, with these keyword arguments."""
    for path in getattr(settings, setting):
        import_string(path)(**arguments)
