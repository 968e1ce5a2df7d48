"""Taking the words of somebody who leaves for good out of their conversations."""

from typing import Any

from accounts.actors import Actor
from core.erasing import Gone
from jobs.services.erasing import DELETED_WORDS
from messaging.models import Message, MessageImage


def erase_messages_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """What they said is "deleted", its pictures go; that something was said, and what the other one said, stays."""
    own = Message.objects.filter(sender=person.pk)
    gone.add(set(own.values_list("pk", flat=True)), text=DELETED_WORDS, images=[])
    MessageImage.objects.filter(message__sender=person.pk).delete()
    own.update(text=DELETED_WORDS, client_id=None)
