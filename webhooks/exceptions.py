"""The app's refusals, one class for each rule that a client may want to tell apart."""

from core.errors import Conflict, FieldErrors


class EndpointLimit(Conflict):
    """A person may have so many webhook endpoints at a time."""

    code, message = "endpoint_limit", "You have as many webhook endpoints as one may have. Delete one first."


class EndpointDisabled(Conflict):
    """Nothing is sent to an endpoint that is disabled; enable it first."""

    code, message = "endpoint_disabled", "This endpoint is disabled. Enable it first."


class UrlNotAllowed(FieldErrors):
    """Webhooks are not sent to this URL: where it points is not public, or how it is written is not plain."""

    code, message = "url_not_allowed", "Webhooks are not sent to this URL."

    def __init__(self, why: str) -> None:
        super().__init__({"url": [why]})
