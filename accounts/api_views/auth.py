"""REST: signing up and in, and what comes by mail."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from orjson import Fragment

from accounts import serializers as forms
from accounts.models import Person
from accounts.representations import MyselfRepresentation
from accounts.representations.answers import SignedIn as SignedInAnswer
from accounts.services.passwords import ask_for_reset, reset_password
from accounts.services.signing_in import SignedIn, refresh, sign_in, sign_out
from accounts.services.signing_up import resend_verification, sign_up, verify_email
from core.api import ApiViewSet
from core.reads import HotReads
from core.viewers import Viewer

_ACTIONS = (
    "signup", "signin", "refresh", "ask_for_reset", "confirm_reset", "verify_email", "resend_email",
)  # fmt: skip


class AuthViewSet(HotReads):
    """The doors that need no sign-in. Credentials that come along are not looked at: they may be what has ended."""

    authentication_classes = ()
    representation = MyselfRepresentation
    groups = dict.fromkeys(_ACTIONS, "auth")
    refuses_idempotency = _ACTIONS
    inputs = {
        "signup": forms.SignUpInput,
        "signin": forms.SignInInput,
        "refresh": forms.RefreshInput,
        "ask_for_reset": forms.EmailInput,
        "confirm_reset": forms.ResetInput,
        "verify_email": forms.TokenInput,
        "resend_email": forms.EmailInput,
    }

    answers = {
        **dict.fromkeys(_ACTIONS, (204, None)),
        "signup": (201, SignedInAnswer),
        "signin": (200, SignedInAnswer),
        "refresh": (200, SignedInAnswer),
    }
    more_answers = {"signup": {202: "This site wants the address confirmed first: a mail is on its way."}}

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """Only oneself is ever read here."""
        return Person.objects.all()

    def signup(self, request: HttpRequest) -> HttpResponse:
        """Become a homeowner or a contractor, and be signed in."""
        fields = self.clean(forms.SignUpInput)
        signed_in = sign_up(**fields, user_agent=self._user_agent(), by=self.actor)
        if signed_in is None:
            return HttpResponse(status=202)
        return self._tokens(signed_in, 201)

    def signin(self, request: HttpRequest) -> HttpResponse:
        """Open a session with address and password."""
        fields = self.clean(forms.SignInInput)
        return self._tokens(sign_in(**fields, user_agent=self._user_agent(), by=self.actor), 200)

    def refresh(self, request: HttpRequest) -> HttpResponse:
        """Go on with the next pair of tokens. Each refresh token works once."""
        return self._tokens(refresh(**self.clean(forms.RefreshInput), by=self.actor), 200)

    def ask_for_reset(self, request: HttpRequest) -> HttpResponse:
        """Have a link for a new password sent, if the address has an account."""
        ask_for_reset(**self.clean(forms.EmailInput), by=self.actor)
        return self.no_content()

    def confirm_reset(self, request: HttpRequest) -> HttpResponse:
        """Take a new password by the token of the mail. All sessions end."""
        reset_password(**self.clean(forms.ResetInput), by=self.actor)
        return self.no_content()

    def verify_email(self, request: HttpRequest) -> HttpResponse:
        """Confirm one's address by the token of the mail."""
        verify_email(**self.clean(forms.TokenInput), by=self.actor)
        return self.no_content()

    def resend_email(self, request: HttpRequest) -> HttpResponse:
        """Have the mail sent again, if the address waits to be confirmed."""
        resend_verification(**self.clean(forms.EmailInput), by=self.actor)
        return self.no_content()

    def _user_agent(self) -> str:
        return self.request.headers.get("User-Agent", "")

    def _tokens(self, signed_in: SignedIn, status: int) -> HttpResponse:
        """The person as they see themselves, and their tokens."""
        self.actor = signed_in.actor
        user, _ = self.read_one(signed_in.person.pk)
        pair = signed_in.tokens
        links = {"self": f"{self.base}/users/me"}
        data = {
            "user": Fragment(user),
            "accessToken": pair.access,
            "refreshToken": pair.refresh,
            "expiresAt": pair.expires_at,
        }
        return self.answer(data, status=status, links=links)


class SignOutViewSet(ApiViewSet):
    """The one door of these that looks at who calls."""

    groups = {"signout": "auth"}
    refuses_idempotency = ("signout",)
    inputs = {"signout": forms.SignOutInput}
    answers = {"signout": (204, None)}

    def signout(self, request: HttpRequest) -> HttpResponse:
        """End the caller's session, or the refresh token's; their access tokens end with it."""
        sign_out(**self.clean(forms.SignOutInput), by=self.actor)
        return self.no_content()
