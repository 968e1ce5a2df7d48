"""What a list of jobs may be narrowed to."""

from django_filters import CharFilter, IsoDateTimeFilter, NumberFilter, UUIDFilter

from core.filters import ListFilter, PointFilters, search_words
from jobs.models import Category, Status


class JobFilters(PointFilters):
    """status and category by comma, a range of budgets and of days, an owner, a circle, words."""

    status = ListFilter("status", choices=Status.choices)
    category = ListFilter("category", choices=Category.choices)
    min_budget = NumberFilter("budget", "gte", min_value=0, max_value=1_000_000)
    max_budget = NumberFilter("budget", "lte", min_value=0, max_value=1_000_000)
    user_id = UUIDFilter("owner")
    created_from = IsoDateTimeFilter("created_at", "gte")
    created_to = IsoDateTimeFilter("created_at", "lte")
    q = CharFilter(method=search_words, max_length=200)
