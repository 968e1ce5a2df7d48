"""Bids that were reported, as staff see them."""

from collections.abc import Sequence

from accounts.reportables import Line, Reportable
from bids.models import Bid


def _bid(bid: Bid) -> Sequence[Line]:
    return [
        Line("Job", bid.job.title, meant=False),
        Line("Amount", str(bid.amount)),
        Line("Message", bid.message),
        Line("Status", bid.status, meant=False),
    ]


BIDS = Reportable(rows=lambda viewer: Bid.objects.visible_to(viewer), author="contractor", context=_bid)
