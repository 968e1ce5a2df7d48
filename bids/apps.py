"""The app's registration with Django."""

from django.apps import AppConfig


class BidsConfig(AppConfig):
    """See the package's docstring."""

    name = "bids"

    def ready(self) -> None:
        """Let whoever sees a bid report it."""
        from accounts.reportables import register_reportable
        from bids.reportables import BIDS

        register_reportable("bid", BIDS)
