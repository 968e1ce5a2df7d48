"""The wiring's registration with Django, for its commands."""

from django.apps import AppConfig


class MintenanceConfig(AppConfig):
    """See the package's docstring."""

    name = "mintenance"
