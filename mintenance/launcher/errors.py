"""What can go wrong while starting, said so that a newcomer can mend it."""


class CannotStart(Exception):  # noqa: N818 - reads as the sentence that it prints
    """The message is for a person: what is missing, and what to do. It is printed without a traceback."""


class NotHere(Exception):  # noqa: N818
    """This machine does not have one source of PostgreSQL; the message says why. The next one is tried."""
