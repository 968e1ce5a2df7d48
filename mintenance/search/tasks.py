"""What the worker does for the search."""

from mintenance.search import words


def forget_unused_words() -> None:
    """Delete the words that nothing public holds any more."""
    words.forget_unused_words()
