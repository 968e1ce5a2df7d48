"""Why a request is refused: one small tree, the same through every door.

    Refusal
    ├── BadInput             400  invalid_input
    │   └── FieldErrors      400  validation_failed      (details: field → messages)
    ├── NotSignedIn          401  not_authenticated
    ├── Forbidden            403  forbidden
    ├── NotFound             404  not_found
    ├── NotAllowedMethod     405  method_not_allowed
    ├── Conflict             409  conflict
    ├── Gone                 410  gone
    ├── PreconditionFailed   412  precondition_failed
    ├── TooLarge             413  payload_too_large
    ├── WrongMediaType       415  unsupported_media_type
    ├── Unprocessable        422  unprocessable
    ├── TooManyRequests      429  rate_limit_exceeded
    └── Unavailable          503  unavailable

An app's `exceptions.py` subclasses these, one class for each rule that a client may want to tell apart. Each door turns
the tree into its own form in one place: `core/problems.py` for REST, `core/graphql.py` for GraphQL.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

Details = Mapping[str, Sequence[str] | Any]


class Refusal(Exception):
    """Something that the caller may not do, or not like this. `code` is stable; `message` is for a person."""

    status: ClassVar[int] = 400
    code: str = "bad_request"
    message: str = "The request cannot be carried out."
    members: Mapping[str, Any] = MappingProxyType({})  # more members of the problem, beside those that all have

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        details: Details | None = None,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`details` maps a field to its messages; `retry_after` is in whole seconds."""
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.details = details
        self.retry_after = retry_after
        self.headers = dict(headers or {})
        super().__init__(self.message)


class BadInput(Refusal):
    """The request makes no sense as a whole: a parameter, a header, or the document."""

    status, code, message = 400, "invalid_input", "The request is not valid."


class FieldErrors(BadInput):
    """One or more fields are wrong; `details` says which and why."""

    code, message = "validation_failed", "Some fields are not valid."

    def __init__(self, details: Details, message: str | None = None, *, code: str | None = None) -> None:
        super().__init__(message, code=code, details=details)


class NotSignedIn(Refusal):
    """The route needs a sign-in, or the credentials are not good (any more)."""

    status, code, message = 401, "not_authenticated", "Sign in to do this."


class Forbidden(Refusal):
    """What is asked for can be seen by the caller, but is not theirs to change."""

    status, code, message = 403, "forbidden", "You may not do this."


class NotFound(Refusal):
    """It does not exist, or the caller may not know that it does: the two answer alike."""

    status, code, message = 404, "not_found", "There is nothing here."


class NotAllowedMethod(Refusal):
    """The address exists, but not with this method."""

    status, code, message = 405, "method_not_allowed", "This address does not answer to that method."


class Conflict(Refusal):
    """The state of things does not allow it now."""

    status, code, message = 409, "conflict", "This is in conflict with the present state."


class Gone(Refusal):
    """It was here, and will not come back."""

    status, code, message = 410, "gone", "This is no longer available."


class PreconditionFailed(Refusal):
    """If-Match named another state of the resource than the present one (RFC 9110, section 13.1.1)."""

    status, code, message = 412, "precondition_failed", "The resource has changed since you read it."


class TooLarge(Refusal):
    """The body is larger than what is read."""

    status, code, message = 413, "payload_too_large", "The body is too large."


class WrongMediaType(Refusal):
    """The body's Content-Type is not one that this route reads."""

    status, code, message = 415, "unsupported_media_type", "This media type is not supported here."


class Unprocessable(Refusal):
    """Well-formed and valid, and still not to be applied to this resource."""

    status, code, message = 422, "unprocessable", "The request cannot be applied."


class TooManyRequests(Refusal):
    """A limit is used up; `retry_after` says in how many seconds to come again."""

    status, code, message = 429, "rate_limit_exceeded", "Too many requests. Try again later."


class Unavailable(Refusal):
    """Something that this needs is not reachable now; nothing was changed."""

    status, code, message = 503, "unavailable", "This is not available at the moment. Try again."
