"""Every address, from the root. An app's own are in its urls.py (pages) and api_urls.py (REST)."""

from django.contrib import admin
from django.urls import include, path, re_path

from core import health, views
from mintenance import api_urls
from mintenance import views as views_of_all
from mintenance.documents.views import show_redoc, show_swagger
from mintenance.graphql.views import graphql

urlpatterns = [
    re_path(r"^api/(?:v(?P<version>[0-9]{1,9})/)?docs$", show_swagger, name="docs"),
    re_path(r"^api/(?:v(?P<version>[0-9]{1,9})/)?redoc$", show_redoc, name="redoc"),
    re_path(r"^api/(?:v(?P<version>[0-9]{1,9})/)?", include(api_urls)),
    path("graphql", graphql, name="graphql"),
    path("docs/errors", views.list_errors),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.show_metrics),
    path("admin/", admin.site.urls),
    path("", views_of_all.Home.as_view(), name="home"),
    path("dashboard", views_of_all.Dashboard.as_view(), name="dashboard"),
    path("", include("accounts.urls")),
    path("", include("contractors.urls")),
    path("", include("jobs.urls")),
    path("", include("bids.urls")),
    path("", include("messaging.urls")),
    path("", include("notifications.urls")),
    path("", include("webhooks.urls")),
    path("developers/events", views_of_all.EventTypes.as_view(), name="event-types-page"),
]

handler400 = "core.problems.answer_bad_request"
handler403 = "core.problems.answer_forbidden"
handler404 = "core.problems.answer_not_found"
handler500 = "core.problems.answer_server_error"
