"""The app's refusals, one class for each rule that a client may want to tell apart."""

from django.conf import settings

from core.errors import BadInput, Conflict, Forbidden, NotSignedIn, TooLarge, TooManyRequests, Unavailable
from core.operations import on_constraint


class NotAnImage(BadInput):
    """The file's content is not a JPEG, PNG or WebP image, whatever it is called."""

    code, message = "not_an_image", "The file is not a JPEG, PNG or WebP image."


class TooManyPixels(TooLarge):
    """The image is larger than what is decoded, however small its file."""

    code = "too_many_pixels"
    message = f"An image may have at most {settings.IMAGE_MAX_PIXELS // 1_000_000} megapixels."


class TooManyUploads(Unavailable):
    """The process is decoding as many images as its memory allows."""

    code, message = "too_many_uploads", "Too many images are being read at the moment. Try again."


class StorageQuotaExceeded(TooLarge):
    """The person's uploads take all the room that they have."""

    code = "storage_quota_exceeded"
    message = "Your uploads take all the room that you have. Delete some that you do not use."


class ImageInUse(Conflict):
    """The image is attached to something, which would lose it."""

    code, message = "image_in_use", "This image is attached to something. Take it off there first."


# --- Who is calling ----------------------------------------------------------------------------------------


class AuthorizationInvalid(NotSignedIn):
    """The Authorization header is neither `Bearer <token>` nor `Api-Key <key>`."""

    code, message = "authorization_invalid", "The Authorization header is not one that is understood here."


class TokenInvalid(NotSignedIn):
    """The token was not made here, or not for this."""

    code, message = "token_invalid", "This token is not valid."


class TokenExpired(NotSignedIn):
    """The token was good, and its time is over."""

    code, message = "token_expired", "This token has expired."


class TokenReused(NotSignedIn):
    """A refresh token came a second time: somebody else may have it, so the session has been ended."""

    code = "token_reused"
    message = "This refresh token was used before. The session has been ended; sign in again."


class SessionEnded(NotSignedIn):
    """The session was signed out, ended by its owner or by staff, or is over."""

    code, message = "session_ended", "This session has ended. Sign in again."


class ApiKeyInvalid(NotSignedIn):
    """There is no such API key."""

    code, message = "api_key_invalid", "This API key is not valid."


class ApiKeyExpired(NotSignedIn):
    """The key's own date, or the day after its rotation, is over."""

    code, message = "api_key_expired", "This API key has expired."


class ApiKeyRevoked(NotSignedIn):
    """Its owner revoked the key."""

    code, message = "api_key_revoked", "This API key has been revoked."


class CsrfFailed(Forbidden):
    """A page's session cookie came without proof that one of our pages sent the request."""

    code, message = "csrf_failed", "The CSRF token is missing or wrong."


class AccountSuspended(Forbidden):
    """Staff have suspended this person."""

    code, message = "account_suspended", "This account is suspended."


# --- Signing up and in -------------------------------------------------------------------------------------


class EmailTaken(Conflict):
    """Somebody has an account with this address."""

    code, message = "email_taken", "There is an account with this address already."


class InvalidCredentials(NotSignedIn):
    """Address and password do not belong together; which of them is wrong is not said."""

    code, message = "invalid_credentials", "The address or the password is wrong."


class EmailNotVerified(Forbidden):
    """This site lets in only those who have confirmed their address."""

    code, message = "email_not_verified", "Confirm your address first: we have sent you a link."


class TooManyAttempts(TooManyRequests):
    """Too many sign-ins for this address failed from where the caller is."""

    code, message = "too_many_attempts", "Too many sign-ins have failed. Try again later."


class LinkInvalid(BadInput):
    """The token of a mail is not ours, was used, or is too old."""

    code, message = "link_invalid", "This link is not valid any more. Ask for a new one."


class TooManyKeys(Conflict):
    """A person may have so many API keys at a time."""

    code, message = "too_many_keys", "You have as many API keys as one may have. Revoke one first."


# --- Telling staff -----------------------------------------------------------------------------------------


class AlreadyReported(Conflict):
    """One open report of the same thing by the same person is enough."""

    code, message = "already_reported", "You have reported this already. Staff will look at it."


class ReportDecided(Conflict):
    """A report is decided on once; what was done can be undone by restoring."""

    code, message = "report_decided", "Somebody has decided on this report already."


class TargetGone(Conflict):
    """What was reported is not there any more."""

    code, message = "target_gone", "What was reported is gone. The report can only be dismissed."


class NotHideable(Conflict):
    """Jobs and reviews can be hidden; for the rest, people answer."""

    code, message = "not_hideable", "Only jobs and reviews can be hidden. Warn or suspend instead."


on_constraint("person_email_once", EmailTaken)
on_constraint("report_open_once", AlreadyReported)
