"""Contractors in the admin: profiles and portfolios to look at, documents to decide on."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts.admin import ReasonForm, act_on_each, actor_of
from contractors.models import Contractor, Document, DocumentWarning, PortfolioImage, PortfolioItem
from contractors.querysets import SOON
from contractors.services import approve_document, link_to_document, refuse_document
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from core.errors import NotFound


@admin.register(Contractor)
class ContractorAdmin(ReadOnlyAdmin):
    """Profiles."""

    list_display = ["business_name", "person", "verified", "rating", "review_count", "completed_jobs", "created_at"]
    list_select_related = ["person"]
    list_filter = ["verified"]
    search_fields = ["@search", "person__email", "person__name", "=person"]
    search_help_text = "By words of the profile, a person or an id."
    sortable_by = ["rating", "completed_jobs", "created_at"]
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
    search_fields = ["=contractor", "@contractor__search"]
    search_help_text = "By a contractor."
    ordering = ["-id"]
    inlines = [PortfolioImageInline]


@admin.register(PortfolioImage)
class PortfolioImageAdmin(ReadOnlyAdmin):
    """Pictures of work that contractors show."""

    list_display = ["item", "image", "position"]
    list_select_related = ["item", "image"]
    search_fields = ["=item", "=image"]
    search_help_text = "By the id of a piece of work or a picture."
    ordering = ["-id"]


class WarningInline(ReadOnlyInline):
    """When the owner was told."""

    model = DocumentWarning


class LapseFilter(admin.SimpleListFilter):
    """Documents that are good now, by when they stop being so. The list then begins with what lapses first."""

    title = "lapse"
    parameter_name = "lapse"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Soon, and those that will be looked at tonight."""
        return [("soon", f"Within {SOON} days")]

    def queryset(self, request: Any, queryset: QuerySet[Document]) -> QuerySet[Document]:
        """Approved ones with a last day that is near."""
        return queryset.lapsing_soon() if self.value() == "soon" else queryset  # type: ignore[attr-defined]


VERBS = (("approved", "Approve: it is good"), ("refused", "Refuse, for this reason"))


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Papers to look at and to decide on. The file opens by a link that is good for a minute."""

    list_display = ["kind", "contractor", "status", "expires_on", "created_at", "file"]
    list_select_related = ["contractor"]
    list_filter = ["status", LapseFilter, "kind"]
    search_fields = ["@contractor__search", "contractor__person__email", "contractor__person__name", "=contractor"]
    search_help_text = "By a contractor."
    ordering = ["-id"]
    exclude = ["key"]
    readonly_fields = ["file"]
    actions = ["approve", "refuse"]
    action_form = ReasonForm
    inlines = [WarningInline]
    change_form_template = "contractors/admin/document.html"

    def get_ordering(self, request: HttpRequest) -> Any:
        """What lapses first is first, where that is looked for."""
        return ["expires_on", "id"] if request.GET.get("lapse") else self.ordering

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may change documents decides on them."""
        return bool(request.user.has_perm("contractors.change_document"))

    def get_urls(self) -> list[Any]:
        """And the way to a document's file, and where the decision on one is sent to."""
        show = self.admin_site.admin_view(self.show_file)
        decide = require_POST(self.admin_site.admin_view(self.decide_one))
        return [
            path("<uuid:pk>/file", show, name="contractors_document_file"),
            path("<uuid:pk>/decide", decide, name="contractors_document_decide"),
            *super().get_urls(),
        ]

    def show_file(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """On to a fresh link."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        try:
            return HttpResponseRedirect(link_to_document(document_id=pk, by=actor_of(request)))
        except NotFound:
            raise Http404 from None

    def decide_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """From the page of the document."""
        if not self.has_decide_permission(request):
            return HttpResponse(status=403)
        act = {"approved": self.approve, "refused": self.refuse}.get(request.POST.get("outcome", ""))
        if act is None:
            return HttpResponse(status=400)
        act(request, Document.objects.filter(pk=pk))
        return HttpResponseRedirect(reverse("admin:contractors_document_change", args=[pk]))

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The document, with what may be decided about it."""
        more: dict[str, Any] = {"reason_label": "Reason, which a refusal needs", "verbs": ()}
        if object_id and self.has_decide_permission(request):
            decide = reverse("admin:contractors_document_decide", args=[object_id])
            more |= {"verbs": VERBS, "decide": decide}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @admin.display(description="File")
    def file(self, document: Document) -> str:
        """A link to it."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:contractors_document_file", args=[document.pk]), document.filename
        )

    @admin.action(description="Approve: the document is good", permissions=["decide"])
    def approve(self, request: HttpRequest, documents: QuerySet[Document]) -> None:
        """Each by the operation."""
        by = actor_of(request)
        act_on_each(request, documents, "Approved", lambda one: approve_document(document_id=one.pk, by=by))

    @admin.action(description="Refuse, for the reason beside", permissions=["decide"])
    def refuse(self, request: HttpRequest, documents: QuerySet[Document]) -> None:
        """Each by the operation."""
        reason, by = request.POST.get("reason", ""), actor_of(request)
        act_on_each(
            request, documents, "Refused", lambda one: refuse_document(document_id=one.pk, reason=reason, by=by)
        )


@admin.register(DocumentWarning)
class DocumentWarningAdmin(ReadOnlyAdmin):
    """What owners were told about documents that lapse."""

    list_display = ["document", "days", "created_at"]
    list_select_related = ["document"]
    search_fields = ["=document"]
    search_help_text = "By the id of a document."
    ordering = ["-id"]
