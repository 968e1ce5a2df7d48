"""The admin's own site: who gets in, the dashboard in front, and the story pages."""

import time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

SEEN_AT = "staff_seen_at"
SEEN_EVERY = 60  # seconds after which it is worth a write that somebody is still here


class StaffSite(AdminSite):
    """See the package's docstring. It is made before the tables are known, so what needs them is imported late."""

    index_template = "staff/dashboard.html"
    index_title = "Dashboard"

    def has_permission(self, request: Any) -> bool:
        """Staff who have been here lately, and have shown a code where the site wants one."""
        if not super().has_permission(request) or _has_been_idle(request):
            return False
        return not settings.STAFF_TOTP or _has_shown_code(request)

    def login(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's; whoever has signed in and has yet to show a code goes on to that."""
        if super().has_permission(request) and not self.has_permission(request) and request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('admin:verify')}?{urlencode({'next': _next(request)})}")
        answer: HttpResponse = super().login(request, extra_context)
        return answer

    @method_decorator(never_cache)
    @method_decorator(csrf_protect)
    def verify(self, request: Any) -> HttpResponse:
        """Show a code, or set the phone up that makes them."""
        from accounts.admin import actor_of
        from mintenance.staff.second_factor import secret_to_set_up, show_code

        if not super().has_permission(request) or _has_been_idle(request):
            return HttpResponseRedirect(reverse("admin:login"))
        error = ""
        if request.method == "POST":
            if show_code(request, request.POST.get("code", "").strip(), by=actor_of(request)):
                return HttpResponseRedirect(_next(request))
            error = "That code is not right, or was used. After wrong ones, wait a moment."
        secret, address = secret_to_set_up(request.user.pk) or ("", "")
        context = {**self.each_context(request), "title": "Your code", "secret": secret, "address": address}
        return TemplateResponse(request, "staff/verify.html", {**context, "next": _next(request), "error": error})

    def index(self, request: Any, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The dashboard, before the list of tables."""
        from accounts.admin import actor_of
        from mintenance.staff.dashboard import dashboard_of

        figures = dashboard_of(request.user, by=actor_of(request))
        answer: TemplateResponse = super().index(request, {**figures, **(extra_context or {})})
        return answer

    def get_urls(self) -> list[Any]:
        """Django's, and the stories."""
        return [
            path("verify/", self.verify, name="verify"),
            path("jobs/<uuid:pk>/story", self.admin_view(self.show_job), name="job_story"),
            path("people/<uuid:pk>/story", self.admin_view(self.show_person), name="person_story"),
            *super().get_urls(),
        ]

    def show_job(self, request: Any, pk: UUID) -> HttpResponse:
        """The whole story of a job."""
        from accounts.admin import actor_of
        from jobs.models import Job
        from mintenance.staff.stories import story_of_job

        job = self._found(request, Job.objects.select_related("owner"), pk)
        return self._story(request, job, story_of_job(job, request.user, by=actor_of(request)))

    def show_person(self, request: Any, pk: UUID) -> HttpResponse:
        """The whole story of a person."""
        from accounts.models import Person
        from mintenance.staff.stories import story_of_person

        person = self._found(request, Person.objects.all(), pk)
        return self._story(request, person, story_of_person(person, request.user))

    def _found(self, request: HttpRequest, rows: Any, pk: UUID) -> Any:
        meta = rows.model._meta
        if not request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            raise PermissionDenied
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def _story(self, request: HttpRequest, subject: Any, sections: list[Any]) -> HttpResponse:
        context = {**self.each_context(request), "title": f"Story of {subject}", "subject": subject}
        return TemplateResponse(request, "staff/story.html", {**context, "sections": sections, "opts": subject._meta})


def _has_been_idle(request: Any) -> bool:
    """Whether it is too long since the last request; then the session is over."""
    now, seen = time.time(), request.session.get(SEEN_AT)
    if seen is not None and now - seen > settings.STAFF_IDLE_SECONDS:
        logout(request)
        return True
    if seen is None or now - seen > SEEN_EVERY:
        request.session[SEEN_AT] = now
    return False


def _has_shown_code(request: Any) -> bool:
    from mintenance.staff.second_factor import has_shown_it

    return has_shown_it(request)


def _next(request: Any) -> str:
    """Where somebody wanted to go, if it is a page of ours."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if is_ours else reverse("admin:index")
