"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    """See the package's docstring."""

    name = "events"

    def ready(self) -> None:
        """Load every app's event types, so that the log knows each one that it may hold, and what reacts to them."""
        autodiscover_modules("events")
        autodiscover_modules("subscribers")
