"""Mail: queued in the transaction that gives the reason for it, written and sent by a worker."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from core.failpoints import failpoint
from core.models import OutgoingMail

LEASE = timedelta(minutes=5)  # longer than SMTP may take; then another worker tries
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Letter:
    """A mail as its kind writes it. `unsubscribe` is an address for List-Unsubscribe (RFC 2369, RFC 8058).

    Without `html` the words of `text` are put into HTML; a paragraph that is nothing but an address is a button there,
    which says `button`.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    button: str = "Open the page"


Writer = Callable[[UUID, dict[str, Any]], Letter | None]
_writers: dict[str, Writer] = {}


class UnknownKindError(LookupError):
    """Nobody wrote a function for this kind of mail."""


def mail_kind(name: str) -> Callable[[Writer], Writer]:
    """Register a function `(person_id, context) → Letter`, or None when there is nothing (more) to say.

    It runs in the worker, when the mail is sent. It stands in an app's `mail.py`, which is imported at the
    start.
    """

    def register(writer: Writer) -> Writer:
        _writers[name] = writer
        return writer

    return register


def kinds() -> list[str]:
    """The kinds of mail that there are."""
    return list(_writers)


def queue(kind: str, to_person_id: UUID, **context: Any) -> OutgoingMail:
    """Have a mail of this kind sent to a person, if the transaction commits.

    `context` is JSON, and holds no secret.
    """
    if kind not in _writers:
        raise UnknownKindError(kind)
    now = timezone.now()
    return OutgoingMail.objects.create(
        kind=kind,
        person_id=to_person_id,
        context=context,
        created_at=now,
        next_attempt_at=now,
    )


def forget_mail_to(person_id: UUID) -> None:
    """Delete what was sent to a person, or waits to be."""
    OutgoingMail.objects.filter(person_id=person_id).delete()


def send_due(most: int = 50) -> int:
    """Send up to `most` mails whose time has come; answers how many were tried.

    Any number of workers may do so.
    """
    for tried in range(most):
        mail = _claim()
        if mail is None:
            return tried
        failpoint("mail.claimed")
        try:
            _send(mail)
        except Exception as error:
            _put_off(mail, error)
        else:
            failpoint("mail.sent")
            OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), last_error="")
    return most


@transaction.atomic
def _claim() -> OutgoingMail | None:
    """Take the next mail for the length of a lease. If this process dies, it is due again when that ends."""
    due = OutgoingMail.objects.filter(sent_at=None, given_up_at=None, next_attempt_at__lte=timezone.now())
    mail = due.select_for_update(skip_locked=True).order_by("next_attempt_at").first()
    if mail is not None:
        mail.attempts += 1
        mail.next_attempt_at = timezone.now() + LEASE
        mail.save(update_fields=["attempts", "next_attempt_at"])
    return mail


def _send(mail: OutgoingMail) -> None:
    """Write and send, with no transaction open: a mail server may take minutes."""
    writer = _writers.get(mail.kind)
    if writer is None:
        raise UnknownKindError(mail.kind)
    letter = writer(mail.person_id, mail.context)
    if letter is not None:
        _message(letter, mail).send()


def _message(letter: Letter, mail: OutgoingMail) -> EmailMultiAlternatives:
    headers = {"X-Entity-Ref-ID": str(mail.pk), **letter.headers}
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to], headers=headers)
    message.attach_alternative(letter.html or _in_html(letter), "text/html")
    return message


def _in_html(letter: Letter) -> str:
    """The words of a letter in the look of the pages."""
    paragraphs = [" ".join(lines.split()) for lines in letter.text.strip().split("\n\n")]
    values = {
        "subject": letter.subject,
        "paragraphs": [{"link": words} if _LINK.fullmatch(words) else {"words": words} for words in paragraphs],
        "button": letter.button,
        "site": settings.PUBLIC_URL,
    }
    return render_to_string("core/mail/letter.html", values)


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    """Twice as long each time; after three days, not again."""
    now = timezone.now()
    fields: dict[str, Any] = {"last_error": f"{type(error).__name__}: {error}"[:1000]}
    if now - mail.created_at >= GIVE_UP_AFTER:
        fields["given_up_at"] = now
    else:
        fields["next_attempt_at"] = now + min(FIRST_DELAY * 2 ** min(mail.attempts - 1, 16), LONGEST_DELAY)
    OutgoingMail.objects.filter(pk=mail.pk).update(**fields)
