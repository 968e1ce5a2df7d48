"""The page at the end of a mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.problems import answer_for
from notifications.mail import person_of_link
from notifications.services import stop_mail


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
    return render(request, "notifications/unsubscribe.html", {"done": request.method == "POST"})
