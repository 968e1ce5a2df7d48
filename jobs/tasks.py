"""What the worker does for jobs."""

from jobs import services


def expire_jobs() -> int:
    """Cancel posted jobs that nobody won in time; how many."""
    return services.expire_jobs()


def complete_unanswered_work() -> int:
    """Complete work whose owner does not answer; how many."""
    return services.complete_unanswered_work()
