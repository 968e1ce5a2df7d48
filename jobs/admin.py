"""Jobs, reviews and saved searches in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin, ReadOnlyInline
from jobs.models import Job, JobImage, Review, SavedSearch


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


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """What owners say about the work."""

    list_display = ["job", "contractor", "author", "rating", "hidden_at", "created_at"]
    list_select_related = ["job", "contractor", "author"]
    list_filter = ["rating", ("hidden_at", admin.EmptyFieldListFilter)]
    search_fields = ["job__title", "contractor__business_name", "author__email", "=id"]
    ordering = ["-created_at", "-id"]


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    """What people look for."""

    list_display = ["name", "person", "categories", "q", "radius", "created_at"]
    list_select_related = ["person"]
    search_fields = ["name", "person__email"]
    exclude = ["words", "budgets"]
    ordering = ["-created_at", "-id"]
