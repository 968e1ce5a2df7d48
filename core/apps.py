"""The app's registration with Django."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """See the package's docstring."""

    name = "core"

    def ready(self) -> None:
        """Teach each new connection to hand JSON on unread, and let each app register its kinds of mail and what it
        holds about people."""
        from core.shapes import load_json_as_bytes

        connection_created.connect(load_json_as_bytes, dispatch_uid="core.json_as_bytes")
        autodiscover_modules("mail", "personal_data")
