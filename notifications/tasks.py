"""What the worker does for notifications."""

from notifications import services, subscribers


def tell_people() -> int:
    """Make notifications from the events since the last time; how many events there were."""
    return subscribers.tell_people.run_once()


def send_digests() -> int:
    """Queue mail about what has happened; how many."""
    return services.send_digests()


def forget_old_tickets() -> int:
    """Delete tickets for streams that nobody has used in time."""
    return services.forget_old_tickets()
