"""Pages: what one is told of, the bell that counts it, how one is told, and the page at the end of a mail."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.pages import Page
from core.problems import answer_for
from notifications.api_views import NotificationViewSet
from notifications.mail import person_of_link
from notifications.models import Notification
from notifications.serializers import PreferencesInput
from notifications.services import mark_read, set_preferences, stop_mail
from notifications.services.wishes import wishes_of
from notifications.table import TABLE


@csrf_exempt  # the link is the proof: a mail program posts to it by itself (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and with a POST stop. Opening the link alone does nothing: programs open links to look what is behind."""
    try:
        person_id = person_of_link(token)
        if request.method == "POST":
            stop_mail(person_id=person_id)
    except Exception as error:
        return answer_for(error, request)
    return render(request, "notifications/unsubscribe.html", {"done": request.method == "POST", "bare": True})


class Notices(Page):
    """What one is told of, the newest first."""

    template, sign_in = "notifications/list.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of it."""
        found = self.read_list(NotificationViewSet, {"page": request.GET.get("page"), "limit": 20})
        return self.show(found=found)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mark all as read."""
        mark_read(by=self.actor)
        return redirect("notices")


class Bell(Page):
    """How much of it is unread: a piece of every page, which asks for it when something has happened."""

    template, sign_in = "notifications/bell.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The bell."""
        return self.show(unread=Notification.objects.visible_to(self.actor.viewer).unread().count())


class Preferences(Page):
    """How one is told of what happens: in the feed, by mail, both or neither."""

    template, sign_in = "notifications/preferences.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """A row for each type of event."""
        wishes = wishes_of(self.actor.person_id)
        return self.show(title="Notifications", tab="notifications", wishes=sorted(wishes.items()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take what is ticked."""
        ways = ("inApp", "email")
        ticked: dict[str, Any] = {
            name: {way: f"{name}:{way}" in request.POST for way in ways} for name in sorted(TABLE)
        }
        form: Any = PreferencesInput
        changes = form.read(ticked, partial=True)
        set_preferences(changes={name.replace("__", "."): way for name, way in changes.items()}, by=self.actor)
        messages.success(request, "Saved.")
        return redirect("preferences")
