"""Pages: signing up and in, what comes by mail, one's own account, API keys."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import forms
from accounts.api_views.keys import ApiKeyViewSet
from accounts.api_views.people import MyselfViewSet, SessionViewSet
from accounts.models import ApiKey, Person
from accounts.pages import Act, FormPage, Page, PicturesPage, enter, leave, safe_path
from accounts.services.erasing import erase_myself
from accounts.services.exporting import export_myself
from accounts.services.keys import create_key, revoke_key, rotate_key
from accounts.services.passwords import ask_for_reset, change_password, reset_password
from accounts.services.people import edit_myself
from accounts.services.reports import report
from accounts.services.sessions import end_other_sessions, end_session
from accounts.services.signing_in import sign_in, sign_out
from accounts.services.signing_up import ROLES, resend_verification, sign_up, verify_email
from core.downloads import download


class AccountForm(FormPage):
    """One of the small pages around signing in."""

    template = "accounts/form.html"
    group = "auth"
    title = intro = ""

    def more(self) -> dict[str, Any]:
        """What it is called, and the page that was asked for first."""
        return {"title": self.title, "intro": self.intro, "onward": self.onward(), "page": type(self).__name__}

    def onward(self) -> str:
        """The page to go on to: what was asked for before the sign-in, if it is ours."""
        asked = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return safe_path(self.request, asked)

    @property
    def user_agent(self) -> str:
        """What the session list will call this device."""
        return self.request.headers.get("User-Agent", "")


class SignUp(AccountForm):
    """Become a homeowner or a contractor."""

    form, button = forms.SignUpForm, "Create account"
    title, intro = "Join Mintenance", "Free for homeowners and for contractors."

    def initial(self) -> dict[str, Any]:
        """The role that a link has named."""
        role = self.request.GET.get("role")
        return {"role": role} if role in ROLES else {}

    def carry_out(self, form: forms.InputForm) -> str:
        """Sign up, and in where the site lets people in unconfirmed."""
        signed_in = sign_up(**form.values, user_agent=self.user_agent, by=self.actor)
        if signed_in is None:
            messages.info(self.request, "Almost there: we have sent you a link to confirm your address.")
            return reverse("sign-in")
        enter(self.request, signed_in)
        messages.success(self.request, f"Welcome, {signed_in.person.name}.")
        homeowner = signed_in.person.role == Person.Role.HOMEOWNER
        return self.onward() or reverse("new-job" if homeowner else "jobs-page")


class SignIn(AccountForm):
    """Open a session with address and password."""

    form, button = forms.SignInForm, "Sign in"
    title = "Welcome back"

    def carry_out(self, form: forms.InputForm) -> str:
        """Sign in."""
        enter(self.request, sign_in(**form.values, user_agent=self.user_agent, by=self.actor))
        return self.onward() or reverse("dashboard")


class SignOut(Act):
    """End the session."""

    sign_in = False
    done = "You have signed out."

    def act(self, **path: Any) -> str:
        """End it here and in the list of sessions."""
        if self.actor.session_id is not None:
            sign_out(by=self.actor)
        leave(self.request)
        return reverse("home")


class AskForReset(AccountForm):
    """Have a link for a new password sent."""

    form, button = forms.EmailForm, "Send the link"
    title, intro = "A new password", "We send you a link that lets you choose another password."

    def carry_out(self, form: forms.InputForm) -> str:
        """Ask; the answer is the same for every address."""
        ask_for_reset(**form.values, by=self.actor)
        messages.info(self.request, "If that address has an account, a link is on its way to it.")
        return reverse("sign-in")


class Reset(AccountForm):
    """Take a new password by the link of a mail."""

    form, button = forms.ResetForm, "Take this password"
    title, intro = "Choose a new password", "All your sessions will end; sign in again afterwards."

    def initial(self) -> dict[str, Any]:
        """The token of the link."""
        return {"token": self.request.GET.get("token", "")}

    def carry_out(self, form: forms.InputForm) -> str:
        """Take it."""
        reset_password(**form.values, by=self.actor)
        messages.success(self.request, "Your new password is set. Sign in with it.")
        return reverse("sign-in")


class Verify(AccountForm):
    """Confirm one's address by the link of a mail. A button, because programs open links to look what is behind."""

    form, button = forms.TokenForm, "Confirm my address"
    title, intro = "Confirm your address", "One click, and we know that mail reaches you."

    def initial(self) -> dict[str, Any]:
        """The token of the link."""
        return {"token": self.request.GET.get("token", "")}

    def carry_out(self, form: forms.InputForm) -> str:
        """Confirm it."""
        verify_email(**form.values, by=self.actor)
        messages.success(self.request, "Thank you: your address is confirmed.")
        return reverse("dashboard" if self.actor.is_signed_in else "sign-in")


class Resend(AccountForm):
    """Have the mail with the link sent again."""

    form, button = forms.EmailForm, "Send it again"
    title, intro = "Confirm your address", "We send the link again."

    def carry_out(self, form: forms.InputForm) -> str:
        """Ask; the answer is the same for every address."""
        resend_verification(**form.values, by=self.actor)
        messages.info(self.request, "If that address waits to be confirmed, a link is on its way to it.")
        return reverse("home")


class ReportSomething(AccountForm):
    """Tell staff of a job, a bid, a message, a review or a person."""

    form, button, group, sign_in = forms.ReportForm, "Send the report", "write", True
    title, intro = (
        "Report this to staff",
        "They look at it in its context. The other person does not learn who has told.",
    )

    def initial(self) -> dict[str, Any]:
        """What a link has named."""
        return {"target_type": self.request.GET.get("type", ""), "target_id": self.request.GET.get("id", "")}

    def carry_out(self, form: forms.InputForm) -> str:
        """Report it."""
        report(**form.values, by=self.actor)
        messages.success(self.request, "Thank you. Staff will look at it.")
        return self.onward() or reverse("home")


class Settings(PicturesPage):
    """One's own name and picture, with the doors to everything else about the account."""

    template, sign_in, form = "accounts/settings.html", True, forms.MyselfForm

    def initial(self) -> dict[str, Any]:
        """What one is called now."""
        return {"name": self.read_one(MyselfViewSet, self.actor.id)["name"]}

    def carry_out(self, form: forms.InputForm) -> str:
        """Change it."""
        chosen = self.uploaded()
        edit_myself(changes={**form.values, **({"avatar": chosen[-1]} if chosen else {})}, by=self.actor)
        messages.success(self.request, "Saved.")
        return reverse("settings")

    def more(self) -> dict[str, Any]:
        """Who one is."""
        me = self.read_one(MyselfViewSet, self.actor.id)
        return {"title": "Your account", "me": me, "tab": "account", "images": self.pictures}


class ChangePassword(FormPage):
    """Take another password."""

    template, sign_in, form, group = "accounts/settings.html", True, forms.PasswordForm, "auth"
    button = "Change password"

    def carry_out(self, form: forms.InputForm) -> str:
        """Take it, and stay signed in here."""
        change_password(**form.values, by=self.actor)
        update_session_auth_hash(self.request, Person.objects.get(pk=self.actor.person_id))
        messages.success(self.request, "Your password is changed. All other sessions have ended.")
        return reverse("settings")

    def more(self) -> dict[str, Any]:
        """Its place in the settings."""
        return {"title": "Password", "tab": "password"}


class Sessions(Page):
    """Where one is signed in."""

    template, sign_in = "accounts/sessions.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, the one last used first."""
        return self.show(title="Sessions", tab="sessions", sessions=self.read_list(SessionViewSet)["data"])


class EndSession(Act):
    """Sign out on another device."""

    done = "That session has ended."

    def act(self, **path: Any) -> None:
        """End it."""
        end_session(session_id=path["pk"], by=self.actor)


class EndOtherSessions(Act):
    """Sign out everywhere else."""

    done = "All other sessions have ended."

    def act(self, **path: Any) -> None:
        """End them."""
        end_other_sessions(by=self.actor)


class Data(FormPage):
    """Take one's data along, and leave for good."""

    template, sign_in, form, group = "accounts/data.html", True, forms.LeaveForm, "auth"
    button = "Delete my account for good"

    def carry_out(self, form: forms.InputForm) -> str:
        """Leave."""
        erase_myself(**form.values, by=self.actor)
        leave(self.request)
        messages.info(self.request, "Your account is deleted.")
        return reverse("home")

    def more(self) -> dict[str, Any]:
        """Its place in the settings."""
        return {"title": "Your data", "tab": "data"}


class Export(Page):
    """Everything that is held about oneself, as a file."""

    sign_in = True
    http_method_names = ["post"]
    group = "export"

    def post(self, request: HttpRequest) -> Any:
        """The file."""
        file = export_myself(by=self.actor)
        name = f"mintenance-{timezone.now():%Y-%m-%d}.json"
        return download(request, file, name=name, content_type="application/json")


class Developers(FormPage):
    """Keys for one's own programs, and where the documents are."""

    template, sign_in, form, group = "accounts/keys.html", True, forms.KeyForm, "auth"
    button = "Make a key"

    def carry_out(self, form: forms.InputForm) -> HttpResponse:
        """Make a key, and show its text this once."""
        return self.show_key(*create_key(**form.values, by=self.actor))

    def show_key(self, key: ApiKey, text: str) -> HttpResponse:
        """The page with a key's text: not after a redirect, which would have to keep it somewhere."""
        return self.show(form=self.make_form(), button=self.button, **self.more(), new_key=key, text=text)

    def more(self) -> dict[str, Any]:
        """The keys that there are."""
        return {"title": "API keys", "tab": "keys", "keys": self.read_list(ApiKeyViewSet, {"limit": 100})["data"]}


class RotateKey(Developers):
    """Give a key another text, which is shown this once."""

    def get(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """To the keys: the text is not shown again."""
        return redirect("developers")

    def post(self, request: HttpRequest, **path: UUID) -> HttpResponse:
        """Rotate it."""
        return self.show_key(*rotate_key(key_id=path["pk"], by=self.actor))


class RevokeKey(Act):
    """Make a key useless."""

    done = "The key works no longer."

    def act(self, **path: Any) -> None:
        """Revoke it."""
        revoke_key(key_id=path["pk"], by=self.actor)
