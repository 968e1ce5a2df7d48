"""What a list of contractors may be narrowed to."""

from typing import Any

from django.db.models import TextField
from django_filters import CharFilter, NumberFilter

from core.filters import PointFilters, YesNoFilter, search_words
from core.shapes import ArrayOf


def _name_skill(rows: Any, name: str, skill: Any) -> Any:
    return rows.filter(skills__contains=ArrayOf(skill, base_field=TextField()))


def _have_place(rows: Any, name: str, yes: bool) -> Any:
    return rows.available(yes)


class ContractorFilters(PointFilters):
    """A skill, verified or not, a least rating, with a place for another job, a circle, words."""

    skill = CharFilter(method=_name_skill, max_length=50)
    verified = YesNoFilter("verified")
    min_rating = NumberFilter("rating", "gte", min_value=0, max_value=5)
    available = YesNoFilter(method=_have_place)
    q = CharFilter(method=search_words, max_length=200)
