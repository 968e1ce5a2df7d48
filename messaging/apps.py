"""The app's registration with Django."""

from django.apps import AppConfig
from django.db.models import Q


class MessagingConfig(AppConfig):
    """See the package's docstring."""

    name = "messaging"

    def ready(self) -> None:
        """Let whoever sees a message see its pictures, and report it."""
        from accounts.attachments import register_attachment
        from accounts.reportables import register_reportable
        from messaging import events  # noqa: F401 - the types of event
        from messaging.models import Message
        from messaging.reportables import MESSAGES

        register_attachment(
            "messaging.MessageImage", seen=lambda viewer: Q(message__in=Message.objects.visible_to(viewer))
        )
        register_reportable("message", MESSAGES)
