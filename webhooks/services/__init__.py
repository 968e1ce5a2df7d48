"""Every operation on webhooks."""

from webhooks.services.asking import redeliver, redeliver_for_owner, replay, send_ping
from webhooks.services.endpoints import create_endpoint, delete_endpoint, edit_endpoint, rotate_secret
from webhooks.services.erasing import erase_webhooks_of
from webhooks.services.making import make_deliveries

__all__ = [
    "create_endpoint",
    "delete_endpoint",
    "edit_endpoint",
    "erase_webhooks_of",
    "make_deliveries",
    "redeliver",
    "redeliver_for_owner",
    "replay",
    "rotate_secret",
    "send_ping",
]
