"""What the worker does for contractors."""

from contractors import services


def watch_documents() -> int:
    """End documents that have lapsed, and warn of those that will; how many."""
    return services.lapse_documents() + services.warn_of_lapses()


def forget_stray_documents() -> int:
    """Delete files of documents that no row names."""
    return services.forget_stray_documents()
