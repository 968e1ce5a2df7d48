"""The tables of the sheets that span apps."""

from mintenance.search.models import SearchWord

__all__ = ["SearchWord"]
