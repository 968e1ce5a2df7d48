"""Every operation on conversations and messages."""

from messaging.services.erasing import erase_messages_of
from messaging.services.reading import close_conversations, keep_open, mark_read, open_conversation, others_in
from messaging.services.sending import Held, Letter, Sent, send_message, send_messages
from messaging.services.starting import open_for_winner, start_conversation

__all__ = [
    "Held",
    "Letter",
    "Sent",
    "close_conversations",
    "erase_messages_of",
    "keep_open",
    "mark_read",
    "open_conversation",
    "open_for_winner",
    "others_in",
    "send_message",
    "send_messages",
    "start_conversation",
]
