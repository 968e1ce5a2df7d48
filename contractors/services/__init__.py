"""Every operation on a profile, a portfolio and documents."""

from contractors.services.documents import (
    approve_document,
    delete_document,
    forget_stray_documents,
    link_to_document,
    refuse_document,
    upload_document,
)
from contractors.services.lapsing import lapse_documents, warn_of_lapses
from contractors.services.portfolio import add_to_portfolio, edit_portfolio_item, remove_from_portfolio
from contractors.services.profiles import edit_profile, erase_profile, open_profile

__all__ = [
    "add_to_portfolio",
    "approve_document",
    "delete_document",
    "edit_portfolio_item",
    "edit_profile",
    "erase_profile",
    "forget_stray_documents",
    "lapse_documents",
    "link_to_document",
    "open_profile",
    "refuse_document",
    "remove_from_portfolio",
    "upload_document",
    "warn_of_lapses",
]
