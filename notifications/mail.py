"""What we write to people about what has happened."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string

from accounts.models import Person
from core.errors import NotFound
from core.mail import Letter, mail_kind
from notifications.models import Notification

_SALT = "notifications.unsubscribe"


@mail_kind("notifications.digest")
def write_digest(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """What has happened, in one mail. What was read meanwhile is left out."""
    person = Person.objects.filter(pk=person_id).first()
    news = list(Notification.objects.filter(pk__in=context["notifications"]).unread().order_by("created_at", "pk"))
    if person is None or not person.is_active or not news:
        return None
    unsubscribe = f"{settings.PUBLIC_URL}/notifications/unsubscribe/{signing.dumps(person_id.hex, salt=_SALT)}"
    subject = _subject(news)
    values = {
        "person": person,
        "news": news,
        "subject": subject,
        "site": settings.PUBLIC_URL,
        "unsubscribe": unsubscribe,
    }
    return Letter(
        to=person.email,
        subject=subject,
        text=render_to_string("notifications/mail/digest.txt", values),
        html=render_to_string("notifications/mail/digest.html", values),
        unsubscribe=unsubscribe,
    )


def _subject(news: Sequence[Notification]) -> str:
    more = len(news) - 1
    words = f"{news[0].title} and {more} more" if more else news[0].title
    return " ".join(words.split())  # a subject is one line


def person_of_link(token: str) -> UUID:
    """Whose mail a link stops. It holds for as long as mail is kept. Raises NotFound."""
    try:
        return UUID(hex=signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
