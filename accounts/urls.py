"""The addresses of images' bytes, and of pages about accounts."""

from django.urls import path

from accounts import views
from accounts.media_views import show_image

urlpatterns = [
    path("media/images/<uuid:pk>.webp", show_image, name="image"),
    path("media/images/<uuid:pk>/thumbnail.webp", show_image, {"thumbnail": True}, name="image-thumbnail"),
    path("accounts/sign-up", views.SignUp.as_view(), name="sign-up"),
    path("accounts/sign-in", views.SignIn.as_view(), name="sign-in"),
    path("accounts/sign-out", views.SignOut.as_view(), name="sign-out"),
    path("accounts/forgot", views.AskForReset.as_view(), name="ask-for-reset"),
    path("accounts/reset", views.Reset.as_view(), name="reset"),
    path("accounts/verify", views.Verify.as_view(), name="verify"),
    path("accounts/resend", views.Resend.as_view(), name="resend"),
    path("report", views.ReportSomething.as_view(), name="report"),
    path("settings", views.Settings.as_view(), name="settings"),
    path("settings/password", views.ChangePassword.as_view(), name="change-password"),
    path("settings/sessions", views.Sessions.as_view(), name="sessions"),
    path("settings/sessions/others/end", views.EndOtherSessions.as_view(), name="end-other-sessions"),
    path("settings/sessions/<uuid:pk>/end", views.EndSession.as_view(), name="end-session"),
    path("settings/data", views.Data.as_view(), name="data"),
    path("settings/data/export", views.Export.as_view(), name="export"),
    path("developers", views.Developers.as_view(), name="developers"),
    path("developers/keys/<uuid:pk>/rotate", views.RotateKey.as_view(), name="rotate-key"),
    path("developers/keys/<uuid:pk>/revoke", views.RevokeKey.as_view(), name="revoke-key"),
]
