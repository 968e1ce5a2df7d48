"""Why something cannot be said, or to somebody."""

from core.errors import Conflict, Forbidden


class MayNotWrite(Forbidden):
    """Contractors write to the owners of jobs that are posted or that they have bid on, homeowners to contractors."""

    code, message = "may_not_write", "You may not start a conversation with this person."


class ConversationClosed(Conflict):
    """The other one has left, or is shut out: nobody would read it."""

    code, message = "conversation_closed", "The other person cannot be reached any more."
