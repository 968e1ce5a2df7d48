"""Many rows of every table, by SQL: of what a column may hold, most rows have the usual, and one in 500 the rare."""

from typing import Any

from django.contrib.postgres.fields import ArrayField, DecimalRangeField
from django.db import connection, models

RARE = 500
_IS_RARE = f"n %% {RARE} = 0"
_AGO = "now() - n * interval '1 minute'"


def _mostly(usual: str, rare: str = "NULL") -> str:
    return f"CASE WHEN {_IS_RARE} THEN {rare} ELSE {usual} END"


OVERRIDES: dict[str, dict[str, str]] = {
    "Person": {"email": "'person' || n || '@example.org'", "name": "'Person ' || n", "erased_at": "NULL"},
    "Contractor": {"rating": "(n %% 50) / 10.0", "business_name": "'Firm ' || n", "lat": "NULL", "lng": "NULL"},
    "Document": {"status": _mostly("'approved'", "'pending'"), "expires_on": "current_date + n"},
    "Job": {
        "title": "'Mend thing ' || n", "lat": "51", "lng": "0", "status": _mostly("(ARRAY['posted', 'cancelled'])[1 + n %% 2]", "'draft'"),
        "posted_at": _AGO,
    },
    "Review": {"rating": _mostly("2 + n %% 4", "1"), "hidden_reason": _mostly("NULL", "'x'"), "replied_at": "NULL"},
    "Bid": {"status": _mostly("(ARRAY['pending', 'rejected'])[1 + n %% 2]", "'withdrawn'")},
    "Session": {"ended_at": f"CASE WHEN n %% 2 = 0 THEN {_AGO} END", "address": "'10.0.0.0'::inet + n"},
    "Report": {
        "target_type": "CASE WHEN n <= 100 THEN 'message' ELSE (ARRAY['job', 'bid', 'review'])[1 + n %% 3] END",
        "closed_at": _mostly("now()"), "outcome": _mostly("(ARRAY['hidden', 'warned', 'dismissed'])[1 + n %% 3]"),
        "decision": _mostly("'x'"), "reported": "reporter.ids[1 + n %% 500]", "target_id": "CASE WHEN n <= 100 THEN (SELECT id FROM messaging_message ORDER BY id OFFSET n - 1 LIMIT 1) ELSE gen_random_uuid() END",
    },
    "OutgoingMail": {"sent_at": _mostly("now()"), "kind": _mostly("'accounts.verify'", "'accounts.reset'")},
    "Notification": {"read_at": f"CASE WHEN n %% 2 = 0 THEN {_AGO} END"},
    "Conversation": {"first": "least(first.ids[n], first.ids[n + 1])", "second": "greatest(first.ids[n], first.ids[n + 1])"},
    "RecordedEvent": {
        "position": "n", "number": "n", "type": _mostly("'job.posted'", "'bid.created'"), "resource_type": _mostly("'job'", "'bid'"),
    },
    "Endpoint": {
        "status": _mostly("'enabled'", "'disabled'"), "disabled_reason": _mostly("NULL", "'failing'"), "url": "'hooks' || n || '.example.org'",
    },
    "Delivery": {"status": _mostly("'succeeded'", "'failed'"), "next_attempt_at": "NULL"},
    "Attempt": {"response_status": _mostly("200", "500")},
    "SavedSearch": {"lat": "NULL"},
    "AuditRecord": {"number": "n", "act": _mostly("'person.suspended'", "'person.restored'")},
}  # fmt: skip


def fill(model: Any, rows: int) -> None:
    """So many more rows. What they refer to must be there, and be as many."""
    given = OVERRIDES.get(model.__name__, {})
    columns, values, tables = [], [], {}
    for column in model._meta.local_concrete_fields:
        value = given.get(column.name) or _value(column)
        if value is None:
            continue
        columns.append(f'"{column.column}"')
        values.append(value)
        if column.is_relation and "ids" in value:
            tables[column.name] = column.related_model._meta
    if "reporter.ids" in str(given):
        tables["reporter"] = model._meta.get_field("reporter").related_model._meta
    ids = "".join(
        f', (SELECT array_agg("{meta.pk.column}") || array_agg("{meta.pk.column}") AS ids FROM {meta.db_table}) AS "{name}"'
        for name, meta in tables.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
            f" SELECT {', '.join(values)} FROM generate_series(1, %s) n{ids}".replace("%%", "%").replace(
                "%s", str(rows)
            )
        )
        cursor.execute(f"ANALYZE {model._meta.db_table}")


_BY_TYPE: list[tuple[Any, str]] = [
    (models.BooleanField, _IS_RARE),
    (models.DecimalField, "60 + n %% 900"),
    (models.BinaryField, "decode(md5(n::text), 'hex')"),
    (models.JSONField, "'{}'"),
    (ArrayField, "'{}'"),
    (DecimalRangeField, "'(,)'"),
    (models.DateTimeField, _AGO),
    (models.DateField, "current_date"),
    (models.IntegerField, "1 + n %% 5"),
    (models.CharField, "'x' || n"),
    (models.TextField, "'x' || n"),
]


def _value(column: Any) -> str | None:
    """An expression over `n`, the number of the row; None to leave it to the database."""
    if isinstance(column, models.GeneratedField | models.AutoField):
        return None
    if column.is_relation:
        return None if column.null else f'"{column.name}".ids[n]'
    if isinstance(column, models.UUIDField):
        return "gen_random_uuid()"
    if column.choices and not column.null:
        *usual, rare = [str(value) for value, _ in column.choices]
        return _mostly(f"(ARRAY{usual})[1 + n %% {len(usual)}]", f"'{rare}'")
    if column.null:
        return _mostly("NULL", _AGO) if isinstance(column, models.DateTimeField) else None
    return next(value for kind, value in _BY_TYPE if isinstance(column, kind))
