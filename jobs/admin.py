"""Jobs, reviews and saved searches in the admin, to look at."""

from django.contrib import admin

from contractors.querysets import STARS
from core.admin import ReadOnlyAdmin, ReadOnlyInline, one_of
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
    search_fields = ["@search", "owner__email", "owner__name", "=id"]
    search_help_text = "By words of the text, an owner or an id."
    sortable_by = ["budget", "created_at"]
    exclude = ["search"]
    ordering = ["-created_at", "-id"]
    inlines = [JobImageInline]


@admin.register(JobImage)
class JobImageAdmin(ReadOnlyAdmin):
    """Which picture stands where."""

    list_display = ["job", "position", "image"]
    list_select_related = ["job", "image"]
    search_fields = ["@job__search", "=job__id", "=image"]
    search_help_text = "By words of the job, or the id of a job or a picture."
    ordering = ["-id"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """What owners say about the work."""

    list_display = ["job", "contractor", "author", "rating", "hidden_at", "created_at"]
    list_select_related = ["job", "contractor", "author"]
    list_filter = [one_of("rating", lambda: STARS), ("hidden_at", admin.EmptyFieldListFilter)]
    search_fields = ["@job__search", "@contractor__search", "author__email", "author__name", "=id", "=job"]
    search_help_text = "By words of the job, a contractor, an author or an id."
    ordering = ["-id"]


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    """What people look for."""

    list_display = ["name", "person", "categories", "q", "radius", "created_at"]
    list_select_related = ["person"]
    search_fields = ["person__email", "person__name", "=person"]
    search_help_text = "By a person."
    exclude = ["words", "budgets"]
    ordering = ["-id"]
