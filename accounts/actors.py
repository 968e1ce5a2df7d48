"""Who acts: a small value, made once at each door and handed down. Services never see a request."""

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from core.errors import Forbidden, NotSignedIn
from core.viewers import Viewer

GRANTABLE_SCOPES = (
    "jobs:read",
    "bids:read",
    "bids:write",
    "messages:read",
    "messages:write",
    "profile:write",
    "notifications:read",
    "events:read",
    "webhooks:manage",
    "analytics:read",
)
"""What an API key can be given. Services also name scopes that no key can hold, such as `jobs:write`."""


class InsufficientScope(Forbidden):
    """The API key was not given the scope that this needs."""

    code = "insufficient_scope"


class WrongRole(Forbidden):
    """Only people of another role may do this."""

    code = "wrong_role"


@dataclass(frozen=True, slots=True)
class Actor:
    """A stranger, a person, a person's API key, or the system itself (timers)."""

    id: UUID | None = None
    role: str = ""
    is_staff: bool = False
    scopes: frozenset[str] | None = None  # None: the person; otherwise an API key with these scopes
    key_id: UUID | None = None
    session_id: UUID | None = None
    request_id: str = ""
    address: str = ""
    is_system: bool = False
    viewer: Viewer = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "viewer", Viewer(self.id, self.is_staff or self.is_system))

    @property
    def is_signed_in(self) -> bool:
        """True for a person or their key."""
        return self.id is not None

    is_authenticated = is_signed_in  # the name that Django and DRF ask for
    is_active = is_signed_in

    @property
    def is_anonymous(self) -> bool:
        """True for a stranger."""
        return self.id is None

    @property
    def pk(self) -> UUID | None:
        """The person's id, under the name that Django asks for."""
        return self.id

    @property
    def person_id(self) -> UUID:
        """Whose rows are theirs. Raises NotSignedIn for a stranger and for the system."""
        if self.id is None:
            raise NotSignedIn
        return self.id

    def needs(self, scope: str) -> None:
        """Refuse a stranger, and an API key without this scope. People and the system hold every scope."""
        if self.is_system:
            return
        if self.id is None:
            raise NotSignedIn
        if self.scopes is not None and scope not in self.scopes:
            raise InsufficientScope(f"This API key lacks the scope {scope}.")

    def must_be(self, *roles: str) -> None:
        """Refuse everybody but people of these roles."""
        if self.id is None:
            raise NotSignedIn
        if self.role not in roles:
            raise WrongRole(f"Only a {' or '.join(roles)} may do this.")

    def with_request(self, request_id: str, address: str) -> Self:
        """The same caller, with the request that they call by."""
        who = (self.id, self.role, self.is_staff, self.scopes, self.key_id, self.session_id)
        return type(self)(*who, request_id, address, self.is_system)  # dataclasses.replace costs three times as much


SYSTEM = Actor(is_system=True)
STRANGER = Actor()


def stranger() -> Actor:
    """Who calls where nobody has signed in; DRF asks for a function."""
    return STRANGER
