"""What a list of notifications may be narrowed to."""

from typing import Any

from core.filters import Filters, YesNoFilter


def _unread(rows: Any, name: str, yes: bool) -> Any:
    return rows.unread(yes)


class NotificationFilters(Filters):
    """Those that wait to be read, or those that do not."""

    unread = YesNoFilter(method=_unread)
