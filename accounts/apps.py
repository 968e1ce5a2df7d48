"""The app's registration with Django."""

from django.apps import AppConfig
from django.db.models import Q


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "accounts"

    def ready(self) -> None:
        """Let everybody see people's avatars."""
        from accounts.attachments import register_attachment

        register_attachment("accounts.Person", field="avatar", seen=lambda viewer: Q())
