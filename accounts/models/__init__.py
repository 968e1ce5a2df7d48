"""Tables of people, their sessions and their keys."""

from accounts.models.keys import ApiKey
from accounts.models.people import Person, PersonManager
from accounts.models.sessions import Session

__all__ = ["ApiKey", "Person", "PersonManager", "Session"]
