"""What a list of deliveries may be narrowed to."""

from django_filters import CharFilter

from core.filters import Filters, ListFilter
from webhooks.models import DeliveryStatus


class DeliveryFilters(Filters):
    """status by comma, and one type of event."""

    status = ListFilter("status", choices=DeliveryStatus.choices)
    event = CharFilter("event_type", max_length=40)
