"""Contractors in the admin: profiles and portfolios to look at, documents to decide on."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from accounts.admin import actor_of
from contractors.models import Contractor, Document, DocumentWarning, PortfolioImage, PortfolioItem
from contractors.services import approve_document, link_to_document, refuse_document
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from core.errors import Refusal


@admin.register(Contractor)
class ContractorAdmin(ReadOnlyAdmin):
    """Profiles."""

    list_display = ["business_name", "person", "verified", "rating", "review_count", "completed_jobs", "created_at"]
    list_select_related = ["person"]
    list_filter = ["verified"]
    search_fields = ["business_name", "person__email", "=person__id"]
    ordering = ["-created_at", "-person"]
    exclude = ["search"]


class PortfolioImageInline(ReadOnlyInline):
    """The pictures of a piece of work."""

    model = PortfolioImage


@admin.register(PortfolioItem)
class PortfolioItemAdmin(ReadOnlyAdmin):
    """Work that contractors show."""

    list_display = ["title", "contractor", "completed_on", "created_at"]
    list_select_related = ["contractor"]
    search_fields = ["title", "=contractor__person__id", "contractor__business_name"]
    ordering = ["-created_at", "-id"]
    inlines = [PortfolioImageInline]


@admin.register(PortfolioImage)
class PortfolioImageAdmin(ReadOnlyAdmin):
    """Pictures of work that contractors show."""

    list_display = ["item", "image", "position"]
    list_select_related = ["item", "image"]
    search_fields = ["=item__id", "=image__id"]
    ordering = ["-item", "position"]


class DecisionForm(ActionForm):
    """An action, and the reason that a refusal needs."""

    reason = forms.CharField(required=False, max_length=500, label="Reason of a refusal")


class WarningInline(ReadOnlyInline):
    """When the owner was told."""

    model = DocumentWarning


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Papers to look at and to decide on. The file opens by a link that is good for a minute."""

    list_display = ["kind", "contractor", "status", "expires_on", "created_at", "file"]
    list_select_related = ["contractor"]
    list_filter = ["status", "kind"]
    search_fields = ["contractor__business_name", "contractor__person__email", "=contractor__person__id"]
    ordering = ["-created_at", "-id"]
    exclude = ["key"]
    readonly_fields = ["file"]
    actions = ["approve", "refuse"]
    action_form = DecisionForm
    inlines = [WarningInline]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may change documents decides on them."""
        return bool(request.user.has_perm("contractors.change_document"))

    def get_urls(self) -> list[Any]:
        """And the way to a document's file."""
        show = self.admin_site.admin_view(self.show_file)
        return [path("<uuid:pk>/file", show, name="contractors_document_file"), *super().get_urls()]

    def show_file(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """On to a fresh link."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        return HttpResponseRedirect(link_to_document(document_id=pk, by=actor_of(request)))

    @admin.display(description="File")
    def file(self, document: Document) -> str:
        """A link to it."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:contractors_document_file", args=[document.pk]), document.filename
        )

    @admin.action(description="Approve: the document is good", permissions=["decide"])
    def approve(self, request: HttpRequest, documents: QuerySet[Document]) -> None:
        """Each by the operation."""
        self._decide(request, documents, lambda pk, by: approve_document(document_id=pk, by=by))

    @admin.action(description="Refuse, for the reason beside", permissions=["decide"])
    def refuse(self, request: HttpRequest, documents: QuerySet[Document]) -> None:
        """Each by the operation."""
        reason = request.POST.get("reason", "")
        self._decide(request, documents, lambda pk, by: refuse_document(document_id=pk, reason=reason, by=by))

    def _decide(self, request: HttpRequest, documents: QuerySet[Document], act: Any) -> None:
        done = 0
        for pk in documents.values_list("pk", flat=True):
            try:
                act(pk, actor_of(request))
                done += 1
            except Refusal as refusal:
                self.message_user(request, f"{pk}: {refusal.message}", messages.ERROR)
        if done:
            self.message_user(request, f"{done} decided.", messages.SUCCESS)


@admin.register(DocumentWarning)
class DocumentWarningAdmin(ReadOnlyAdmin):
    """What owners were told about documents that lapse."""

    list_display = ["document", "days", "created_at"]
    list_select_related = ["document"]
    search_fields = ["=document__id"]
    ordering = ["-created_at", "-id"]
