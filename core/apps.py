"""The app's registration with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """See the package's docstring."""

    name = "core"
