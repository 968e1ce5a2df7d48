"""The admin's own site: who gets in, the dashboard in front, and the story pages."""

from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path


class StaffSite(AdminSite):
    """See the package's docstring. It is made before the tables are known, so what needs them is imported late."""

    index_template = "staff/dashboard.html"

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
