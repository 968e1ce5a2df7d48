"""Every operation on notifications."""

from notifications.services.decisions import tell_of_decision
from notifications.services.mailing import send_digests
from notifications.services.telling import erase_notifications_of, mark_read, notify
from notifications.services.tickets import forget_old_tickets, give_ticket, take_ticket
from notifications.services.webhooks import tell_of_webhook
from notifications.services.wishes import set_preferences, stop_mail

__all__ = [
    "erase_notifications_of",
    "forget_old_tickets",
    "give_ticket",
    "mark_read",
    "notify",
    "send_digests",
    "set_preferences",
    "stop_mail",
    "take_ticket",
    "tell_of_decision",
    "tell_of_webhook",
]
