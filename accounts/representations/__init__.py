"""What people and their uploads look like to the outside."""

from accounts.representations.images import ImageRepresentation
from accounts.representations.people import MyselfRepresentation, PersonRepresentation, PersonSummary

__all__ = ["ImageRepresentation", "MyselfRepresentation", "PersonRepresentation", "PersonSummary"]
