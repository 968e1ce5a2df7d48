"""Papers: kept by contractors, looked at by staff, who verify a contractor by approving them.

A contractor is verified while a document of each of the kinds in VERIFICATION_DOCUMENTS is approved and has not lapsed.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import audit
from accounts.exceptions import NotAnImage
from accounts.pictures import MIMETYPE, make_picture
from accounts.services.images import safe_filename
from contractors import events
from contractors.exceptions import DocumentDecided, NotADocument, TooManyDocuments
from contractors.models import Contractor, Document
from contractors.services.profiles import lock_profile
from core import storage
from core.errors import FieldErrors, NotFound, TooLarge
from core.operations import operation
from events.recording import record

FOLDER, PDF = "documents", "application/pdf"
MOST = 30
LINK_SECONDS = 60
STRAY_AFTER = timedelta(hours=1)
_SALT = "contractors.document"


def upload_document(
    *, file: IO[bytes], filename: str, kind: str, expires_on: date | None = None, by: Actor
) -> Document:
    """Keep a document for staff to look at: a PDF as it is, a picture drawn anew, by content and not by name.

    The file is written first and the row then; it is deleted when the row does not come to be. Refuses with
    NotADocument (400), TooLarge (413), TooManyDocuments (409).
    """
    by.needs("profile:write")
    by.must_be("contractor")
    if expires_on is not None and expires_on < timezone.now().date():
        raise FieldErrors({"expiresOn": ["This document has lapsed."]})
    content, mimetype = _read(file)
    with _written(content, "pdf" if mimetype == PDF else "webp") as key:
        return _add_document(
            fields={
                "kind": kind,
                "filename": safe_filename(filename),
                "mimetype": mimetype,
                "size": len(content),
                "key": key,
                "sha256": sha256(content).hexdigest(),
                "expires_on": expires_on,
            },
            by=by,
        )


@operation
def _add_document(*, fields: dict[str, object], by: Actor) -> Document:
    profile = lock_profile(by.person_id)
    if profile.documents.count() >= MOST:
        raise TooManyDocuments
    return Document.objects.create(contractor=profile, **fields)


def _read(file: IO[bytes]) -> tuple[bytes, str]:
    content = file.read(settings.IMAGE_MAX_BYTES + 1)
    if len(content) > settings.IMAGE_MAX_BYTES:
        raise TooLarge(f"A document holds at most {settings.IMAGE_MAX_BYTES // 1024 // 1024} MB.")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-4096:]:  # ISO 32000-2, section 7.5.5
            raise NotADocument("The PDF is cut short or damaged.")
        return content, PDF
    try:
        return make_picture(content).data, MIMETYPE
    except NotAnImage:
        raise NotADocument from None


@contextmanager
def _written(content: bytes, ending: str) -> Iterator[str]:
    """The bytes under a new random name, deleted again when the block fails."""
    key = f"{FOLDER}/{secrets.token_hex(16)}.{ending}"
    try:
        storage.write(key, content)
        yield key
    except BaseException:
        storage.delete(key)
        raise


@operation
def delete_document(*, document_id: UUID, by: Actor) -> None:
    """Take a document of one's own back, and what stood on it. Its file goes after the commit."""
    by.needs("profile:write")
    by.must_be("contractor")
    profile = lock_profile(by.person_id)
    document = profile.documents.filter(pk=document_id).first()
    if document is None:
        raise NotFound
    document.delete()
    transaction.on_commit(partial(storage.delete, document.key))
    verify_by_documents(profile, by)


@operation
def approve_document(*, document_id: UUID, by: Actor) -> Document:
    """Staff find a document good. Raises DocumentDecided where it was refused or has lapsed."""
    document, profile = _held_by_staff(document_id, by)
    if document.status == Document.Status.APPROVED:
        return document
    if document.status != Document.Status.PENDING or _has_lapsed(document):
        raise DocumentDecided
    _decide(document, Document.Status.APPROVED, None, by)
    verify_by_documents(profile, by)
    audit("document.approved", target_type="document", target_id=document.pk, by=by)
    return document


@operation
def refuse_document(*, document_id: UUID, reason: str, by: Actor) -> Document:
    """Staff find a document wanting, at once or later; its owner reads the reason."""
    document, profile = _held_by_staff(document_id, by)
    if not reason.strip():
        raise FieldErrors({"reason": ["Say why, for its owner to read."]})
    _decide(document, Document.Status.REFUSED, reason.strip()[:500], by)
    verify_by_documents(profile, by)
    audit(
        "document.refused", target_type="document", target_id=document.pk, why=reason.strip(), about=profile.pk, by=by
    )
    return document


def _held_by_staff(document_id: UUID, by: Actor) -> tuple[Document, Contractor]:
    by.must_be("staff")
    owner = Document.objects.filter(pk=document_id).values_list("contractor", flat=True).first()
    if owner is None:
        raise NotFound
    profile = lock_profile(owner)
    document = profile.documents.filter(pk=document_id).first()
    if document is None:
        raise NotFound
    return document, profile


def _has_lapsed(document: Document) -> bool:
    return document.expires_on is not None and document.expires_on < timezone.now().date()


def _decide(document: Document, status: str, reason: str | None, by: Actor) -> None:
    document.status, document.reason = status, reason
    document.decided_by_id, document.decided_at = by.id, timezone.now()
    document.save(update_fields=["status", "reason", "decided_by", "decided_at"])


def verify_by_documents(profile: Contractor, by: Actor) -> None:
    """Make the held profile verified or not, as its documents say, and record it where that is news."""
    good = set(profile.documents.good_on(timezone.now().date()).values_list("kind", flat=True))
    verified = good.issuperset(settings.VERIFICATION_DOCUMENTS)
    if verified == profile.verified:
        return
    profile.verified, profile.updated_at = verified, timezone.now()
    profile.save(update_fields=["verified", "updated_at"])
    news = events.ContractorVerified if verified else events.ContractorUpdated
    record(news(profile), by=by)


def link_to_document(*, document_id: UUID, by: Actor) -> str:
    """The path of a link to the file, good for 60 seconds for whoever holds it; for the owner and staff."""
    if by.scopes is not None:
        by.needs("profile:write")
    if not Document.objects.visible_to(by.viewer).filter(pk=document_id).exists():
        raise NotFound
    return f"/media/documents/{signing.dumps(document_id.hex, salt=_SALT)}"


def document_of_link(token: str) -> Document:
    """Whose file a link leads to. Raises NotFound where it is no link of ours, or over."""
    try:
        pk = UUID(hex=signing.loads(token, salt=_SALT, max_age=LINK_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    document = Document.objects.filter(pk=pk).first()
    if document is None:
        raise NotFound
    return document


def forget_stray_documents() -> int:
    """Delete files that no row names any more, or yet: of a process that died in between. How many."""
    names = [f"{FOLDER}/{name}" for name in storage.names_in(FOLDER)]
    known = set(Document.objects.filter(key__in=names).values_list("key", flat=True))
    stray = [name for name in names if name not in known and storage.age_of(name) > STRAY_AFTER]
    storage.delete(*stray)
    return len(stray)
