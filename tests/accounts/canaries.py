"""Words that somebody left everywhere they could, by every door, and where any of them still is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from accounts.models import Person
from tests.accounts.images.corpus import jpeg
from tests.cast import JOB, PASSWORD, Rest, Who


@dataclass
class Canaries:
    """`canaries("street")` is a new word to write down, which is looked for later."""

    words: list[str] = field(default_factory=list)

    def __call__(self, what: str) -> str:
        word = f"canary{len(self.words)}{what}"
        self.words.append(word)
        return word

    def found(self, media: Path | None = None) -> dict[str, list[str]]:
        """Word → where it is: rows of any table, names and bytes of any file."""
        places = {word: [where for where, text in everywhere(media) if word in text] for word in self.words}
        return {word: where for word, where in places.items() if where}


def everywhere(media: Path | None = None) -> Iterator[tuple[str, str]]:
    """Each table as a dump has it, with binary columns read as text too; and each file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            rows = "\n".join(row for (row,) in cursor.fetchall())
            yield table, rows.lower()
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if column.get_internal_type() == "BinaryField":
                values = model._base_manager.values_list(column.attname, flat=True)
                yield (
                    f"{model._meta.label}.{column.attname}",
                    "\n".join(bytes(v or b"").decode("latin-1").lower() for v in values),
                )
    for path in sorted(media.rglob("*")) if media else ():
        yield str(path), path.name.lower() + (path.read_bytes().decode("latin-1").lower() if path.is_file() else "")


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()["data"] if answer.content else None


def join(rest: Rest, word: Canaries, role: str) -> Who:
    """Somebody who signs up and in from an address of their own, with a browser of their own."""
    email = f"{word('email')}@example.org"
    body = {"email": email, "password": PASSWORD, "name": word("name"), "role": role}
    more = {"businessName": word("business")} if role == "contractor" else {}
    ok(rest.post("auth/signup", {**body, **more}, user_agent=word("agent"), x_request_id=word("request")), 201)
    given = {"email": email, "password": PASSWORD}
    token = ok(rest.post("auth/signin", given, user_agent=word("agent")))["accessToken"]
    ok(rest.post("auth/password/reset", {"email": email}), 204)
    rest.post("auth/signin", {"email": email, "password": "wrong"})
    who = Who(Person.objects.get(email=email).pk, role)
    who.__dict__["access_token"] = token
    return who


def picture(rest: Rest, word: Canaries, by: Who) -> str:
    file = BytesIO(jpeg())
    file.name = f"{word('file')}.jpg"
    return str(ok(rest.upload(file, by=by), 201)["id"])


def job(rest: Rest, word: Canaries, by: Who, status: str, **more: Any) -> str:
    """A job full of words, by an answer that is kept."""
    place = {**JOB["location"], "address": word("street")}
    body = {
        **JOB, "title": f"Mend {word('title')}", "description": word("description"), "location": place, "status": status,
        "images": [picture(rest, word, by)], **more,
    }  # fmt: skip
    answer = rest.post("jobs", body, by=by, idempotency_key=word("key"), x_request_id=word("request"))
    return str(ok(answer, 201)["id"])


def bid(rest: Rest, word: Canaries, by: Who, job_id: str) -> str:
    body = {"amount": 100, "message": word("offer"), "estimatedDays": 3}
    answer = rest.post(f"jobs/{job_id}/bids", body, by=by, idempotency_key=word("key"))
    return str(ok(answer, 201)["id"])


def talk(rest: Rest, word: Canaries, one: Who, other: Who) -> None:
    """One says something in a conversation, and the other answers."""
    begun = ok(rest.post("conversations", {"userId": str(other.id), "text": word("hello")}, by=one), 201)
    path = f"conversations/{begun['id']}/messages"
    said = {"text": word("number"), "clientId": word("client"), "images": [picture(rest, word, one)]}
    ok(rest.post(path, said, by=one, idempotency_key=word("key")), 201)
    ok(rest.post(path, {"text": "Yes."}, by=other, idempotency_key="theirs"), 201)
