"""What can go wrong while starting, said so that a newcomer can mend it."""


class CannotStart(Exception):
    """The message is for a person: what is missing, and what to do. It is printed without a traceback."""


class NotHere(Exception):
    """This machine does not have one source of PostgreSQL; the message says why. The next one is tried."""
