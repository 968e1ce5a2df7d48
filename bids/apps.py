"""The app's registration with Django."""

from django.apps import AppConfig


class BidsConfig(AppConfig):
    """See the package's docstring."""

    name = "bids"
