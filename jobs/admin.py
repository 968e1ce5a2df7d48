"""Jobs in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin, ReadOnlyInline
from jobs.models import Job, JobImage


class JobImageInline(ReadOnlyInline):
    """The job's pictures."""

    model = JobImage
    fields = readonly_fields = ("position", "image")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Posted work."""

    list_display = ["title", "status", "category", "budget", "owner", "contractor", "created_at"]
    list_select_related = ["owner", "contractor"]
    list_filter = ["status", "category", "hidden"]
    search_fields = ["title", "owner__email", "=id"]
    exclude = ["search"]
    ordering = ["-created_at", "-id"]
    inlines = [JobImageInline]


@admin.register(JobImage)
class JobImageAdmin(ReadOnlyAdmin):
    """Which picture stands where."""

    list_display = ["job", "position", "image"]
    list_select_related = ["job", "image"]
    search_fields = ["job__title", "=image__id"]
    ordering = ["-id"]
