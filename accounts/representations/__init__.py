"""What people, their sessions, keys and uploads look like to the outside."""

from accounts.representations.images import ImageRepresentation
from accounts.representations.people import MyselfRepresentation, PersonRepresentation, PersonSummary
from accounts.representations.sessions import ApiKeyRepresentation, SessionRepresentation

__all__ = [
    "ApiKeyRepresentation",
    "ImageRepresentation",
    "MyselfRepresentation",
    "PersonRepresentation",
    "PersonSummary",
    "SessionRepresentation",
]
