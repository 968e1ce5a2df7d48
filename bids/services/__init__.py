"""Every operation on a bid."""

from bids.services.closing import reject_live_bids, release_accepted_bid
from bids.services.deciding import accept_bid, reject_bid, withdraw_bid
from bids.services.offering import confirm_bid, edit_bid, submit_bid

__all__ = [
    "accept_bid",
    "confirm_bid",
    "edit_bid",
    "reject_bid",
    "reject_live_bids",
    "release_accepted_bid",
    "submit_bid",
    "withdraw_bid",
]
