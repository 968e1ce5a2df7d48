"""What a find looks like: the resource as everywhere, and where in it the words were found."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, TextField, Value
from django.db.models.expressions import Func
from rest_framework import serializers

from contractors.representations import ContractorRepresentation
from core.expressions import JSONText, Row
from core.representations import Computed
from core.shapes import Slot
from jobs.representations import JobRepresentation


def query() -> SearchQuery:
    """What is searched for: the slot `q`, as a web search reads it."""
    return SearchQuery(Slot("q"), config="english", search_type="websearch")


class Marked(Func):
    """HTML of a text, whole or its best passages, with `<mark>` around what was found; null where nothing was.

    Everything but these tags is escaped (a function of the database, made by a migration).
    """

    function = "mintenance_marked"
    output_field = TextField()

    def __init__(self, text: Any, *, whole: bool) -> None:
        super().__init__(text, query(), Value(whole, output_field=BooleanField()))


class WithoutNulls(Func):
    """The JSON object without members that are null."""

    function = "JSON_STRIP_NULLS"
    output_field = JSONText()


def _highlights(**texts: Any) -> Computed:
    """`{"title": "Mend a <mark>tap</mark>"}`: each field in which something was found."""
    return Computed(lambda at: WithoutNulls(Row(texts)), shows=serializers.DictField(child=serializers.CharField()))


class FoundJobRepresentation(JobRepresentation):
    """A job that a search found."""

    highlights = _highlights(title=Marked(F("title"), whole=True), description=Marked(F("description"), whole=False))

    class Meta(JobRepresentation.Meta):
        fields = [*JobRepresentation.Meta.fields, "highlights"]


class FoundContractorRepresentation(ContractorRepresentation):
    """A contractor that a search found."""

    highlights = _highlights(
        businessName=Marked(F("business_name"), whole=True),
        bio=Marked(F("bio"), whole=False),
        skills=Marked(Func(F("skills"), Value(", "), function="ARRAY_TO_STRING", output_field=TextField()), whole=True),
    )

    class Meta(ContractorRepresentation.Meta):
        fields = [*ContractorRepresentation.Meta.fields, "highlights"]
