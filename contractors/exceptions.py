"""Why something cannot be done with a contractor's portfolio or documents."""

from core.errors import BadInput, Conflict


class PortfolioFull(Conflict):
    """A portfolio shows no more pieces of work than a visitor would look at."""

    code, message = "portfolio_full", "A portfolio holds at most 50 pieces of work. Delete one first."


class TooManyDocuments(Conflict):
    """As many documents as staff should have to look through."""

    code, message = "document_limit", "At most 30 documents are kept. Delete some that are not needed any more."


class NotADocument(BadInput):
    """The file's content is neither a PDF nor a picture, whatever it is called."""

    code, message = "not_a_document", "The file is not a PDF, nor a JPEG, PNG or WebP image."


class DocumentDecided(Conflict):
    """What has been refused or has lapsed is not approved; a new document takes its place."""

    code, message = "document_decided", "This document was refused or has lapsed. Ask for a new one."
