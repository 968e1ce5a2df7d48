"""What the worker does for notifications."""

from notifications import subscribers


def tell_people() -> int:
    """Make notifications from the events since the last time; how many events there were."""
    return subscribers.tell_people.run_once()
