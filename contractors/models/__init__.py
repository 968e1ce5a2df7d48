"""Contractors' profiles, what they show of their work, and the papers that staff look at."""

from contractors.models.documents import Document, DocumentWarning
from contractors.models.portfolio import PortfolioImage, PortfolioItem
from contractors.models.profiles import Contractor

__all__ = ["Contractor", "Document", "DocumentWarning", "PortfolioImage", "PortfolioItem"]
