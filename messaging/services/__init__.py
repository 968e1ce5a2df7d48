"""Every operation on conversations and messages."""

from messaging.services.erasing import erase_messages_of
from messaging.services.sending import mark_read, send_message
from messaging.services.starting import open_for_winner, start_conversation

__all__ = ["erase_messages_of", "mark_read", "open_for_winner", "send_message", "start_conversation"]
