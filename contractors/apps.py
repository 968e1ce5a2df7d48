"""The app's registration with Django."""

from django.apps import AppConfig


class ContractorsConfig(AppConfig):
    """See the package's docstring."""

    name = "contractors"
