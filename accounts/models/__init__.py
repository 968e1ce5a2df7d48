"""Tables of people, their sessions, their keys, their uploads and their reports."""

from accounts.models.attempts import SignInAttempts
from accounts.models.audit import AuditReason, AuditRecord
from accounts.models.images import Image
from accounts.models.keys import ApiKey
from accounts.models.people import Person, PersonManager
from accounts.models.reports import Report
from accounts.models.sessions import Session

__all__ = [
    "ApiKey",
    "AuditReason",
    "AuditRecord",
    "Image",
    "Person",
    "PersonManager",
    "Report",
    "Session",
    "SignInAttempts",
]
