"""What the worker does for the doors."""

from core import idempotency, mail


def send_mail() -> None:
    """Send the mail that is due."""
    mail.send_due()


def forget_idempotency_keys() -> None:
    """Forget answers after their day."""
    idempotency.forget_old()
