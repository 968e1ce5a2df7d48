"""Pages: what every page does alike. They read by the same representations as REST, and write by the same services."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, override
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from accounts import tokens
from accounts.actors import STRANGER, Actor
from accounts.authentication import SESSION, actor_of_session
from accounts.exceptions import SessionEnded
from accounts.forms import InputForm
from accounts.services.images import upload_image
from accounts.services.signing_in import SignedIn
from accounts.submissions import carry_out_once
from core import throttles
from core.errors import FieldErrors, Forbidden, NotFound, NotSignedIn, Refusal
from core.filters import InvalidParameter
from core.ids import uuid7
from core.listing import Listing
from core.reads import HotReads

NOTHING: dict[str, Any] = {"data": [], "meta": {"page": 1, "total": 0, "totalPages": 0}, "links": {}}


@dataclass(frozen=True)
class Asked:
    """What a list is asked for: the part of a request that REST's reads look at."""

    GET: QueryDict
    path: str

    def get_full_path(self) -> str:
        """What a list names as its own address."""
        return self.path


def enter(request: HttpRequest, signed_in: SignedIn) -> None:
    """Let somebody in who has just signed in: the page's session lives as long as the one that this opened."""
    login(request, signed_in.person, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SESSION] = str(tokens.read_refresh(signed_in.tokens.refresh).session_id)


def leave(request: HttpRequest) -> None:
    """Forget who it was, in the browser."""
    logout(request)


class Page(View):
    """The base of every page.

    Refusals become what a person reads, in `refuse` alone: a sign-in where one is missing, a message above the page
    that an action was asked for from, and otherwise a page of their own.
    """

    template = ""
    sign_in = False
    group = "write"  # of the rate limits, for what changes something
    actor: Actor

    @override
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = request.actor = self._caller(request)
        try:
            if request.method == "POST":
                throttles.count(self.actor, self.group)
            if self.sign_in and not self.actor.is_signed_in:
                raise NotSignedIn
            return super().dispatch(request, *args, **kwargs)
        except Refusal as refusal:
            return self.refuse(refusal)

    def _caller(self, request: Any) -> Actor:
        try:
            actor = actor_of_session(request) or STRANGER
        except SessionEnded:
            leave(request)
            actor = STRANGER
        return actor.with_request(request.request_id, request.address)

    def refuse(self, refusal: Refusal) -> HttpResponse:
        """What a person sees of a refusal."""
        if isinstance(refusal, NotSignedIn) and not self.actor.is_signed_in:
            here = self.request.get_full_path() if self.request.method == "GET" else self.back()
            return redirect(f"{reverse('sign-in')}?{urlencode({'next': here})}")
        if self.request.method == "POST" and not isinstance(refusal, NotFound):
            messages.error(self.request, _sentence(refusal))
            return redirect(self.back())
        context = {"refusal": refusal, "actor": self.actor}
        return render(self.request, "core/problem.html", context, status=refusal.status)

    def back(self) -> str:
        """The page that an action was asked for from."""
        came_from = self.request.headers.get("Referer", "")
        return safe_path(self.request, came_from) or reverse("home")

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """The page, with what it says."""
        response = render(self.request, self.template, {**context, "actor": self.actor}, status=status)
        response["Cache-Control"] = "private, no-store"
        return response

    # -- reading ------------------------------------------------------------------------------------------------------

    def reads(self, kind: type[HotReads], query: Mapping[str, Any] | None = None, **path: Any) -> Any:
        """REST's view of these resources, to read by: as the caller sees them, and without the wire."""
        view: Any = kind()
        view.actor, view.kwargs, view.args, view.action = self.actor, path, (), "list"
        asked = QueryDict(mutable=True)
        for name, value in (query or {}).items():
            if value not in (None, "") and name in view.known_parameters():
                asked[name] = str(value)
        view.request = Asked(asked, self.request.path)
        return view

    def read_list(self, kind: type[HotReads], query: Mapping[str, Any] | None = None, **path: Any) -> Any:
        """One page of a list: its envelope, with `errors` where the query makes no sense."""
        view = self.reads(kind, query, **path)
        try:
            return json.loads(Listing(view).read().body) | {"query": view.request.GET}
        except InvalidParameter as refusal:
            return NOTHING | {"errors": refusal.details, "query": view.request.GET}

    def read_one(self, kind: type[HotReads], pk: UUID | None, **path: Any) -> Any:
        """One resource. Raises NotFound where the caller does not see it."""
        return json.loads(self.reads(kind, **path).read_one(pk)[0])


class FormPage(Page):
    """A page with one form."""

    form: type[InputForm]
    button = "Save"
    makes = False  # something new, which sending the form twice would make twice

    def make_form(self, *args: Any) -> InputForm:
        """The form, empty or with what was sent."""
        return self.form(*args, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        """What stands in it at first."""
        return {}

    def get(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """The form."""
        return self.show_form(self.make_form())

    def post(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """Do it, or show the form again with what is wrong."""
        form = self.make_form(request.POST, request.FILES)
        if form.is_valid():
            try:
                onward = self._once(form) if self.makes else self.carry_out(form)
            except Refusal as refusal:
                if type(refusal) in (Forbidden, NotFound):
                    raise  # nothing in the form can mend that
                form.refuse(refusal)
                return self.show_form(form, status=refusal.status)
            return redirect(onward) if isinstance(onward, str) else onward
        return self.show_form(form, status=400)

    def _once(self, form: InputForm) -> str:
        return carry_out_once(self.request, lambda: str(self.carry_out(form)), by=self.actor)

    def carry_out(self, form: InputForm) -> str | HttpResponse:
        """Call the service; the address to go on at, or what may be shown this once and can be kept nowhere."""
        raise NotImplementedError

    def show_form(self, form: InputForm, *, status: int = 200) -> HttpResponse:
        """The page around the form."""
        once = (self.request.POST.get("once") or uuid7().hex) if self.makes else ""
        return self.show(status=status, form=form, button=self.button, once=once, **self.more())

    def more(self) -> dict[str, Any]:
        """What the page says besides."""
        return {}


class PicturesPage(FormPage):
    """A page whose form holds pictures. They are uploaded before the rest is sent, and then known by their ids."""

    @property
    def pictures(self) -> list[str]:
        """The ids of the uploads that the form holds."""
        return self.request.POST.getlist("images")

    def uploaded(self) -> list[str]:
        """Those, and what a browser without JavaScript has sent along, which is uploaded now. Raises FieldErrors."""
        held = self.pictures
        for file in self.request.FILES.getlist("pictures"):
            try:
                held.append(str(upload_image(file=file, filename=file.name or "", by=self.actor).pk))
            except Refusal as refusal:
                raise FieldErrors({"pictures": [f"{file.name}: {refusal.message}"]}) from refusal
        return held


class Act(Page):
    """One button: a service is called, and the page that it was on says so."""

    sign_in = True
    http_method_names: Sequence[str] = ["post"]
    done = ""  # what is said afterwards

    def post(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """Do it, and go back."""
        onward = self.act(**path)
        if self.done:
            messages.success(request, self.done)
        return redirect(onward or self.back())

    def act(self, **path: Any) -> str | None:
        """Call the service; where to go on, if not back."""
        raise NotImplementedError


def safe_path(request: HttpRequest, address: str) -> str:
    """The address, if it is one of this site; else nothing. It may come from anybody."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else ""


def _sentence(refusal: Refusal) -> str:
    """The message, and of wrong fields what is wrong: an action's fields stand where no form can show it."""
    details = refusal.details if isinstance(refusal, FieldErrors) else None
    first = next(iter((details or {}).values()), None)
    return str(first[0]) if isinstance(first, list) and first else refusal.message
