"""What a list of bids may be narrowed to."""

from django_filters import UUIDFilter

from bids.models import Status
from core.filters import Filters, ListFilter


class BidFilters(Filters):
    """status by comma."""

    status = ListFilter("status", choices=Status.choices)


class MyBidFilters(BidFilters):
    """status by comma, and one job."""

    job_id = UUIDFilter("job")
