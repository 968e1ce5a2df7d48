"""What may be sent about a bid."""

from rest_framework import serializers

from core.inputs import Input, MoneyField


class BidInput(Input):
    """An offer: money, words, and how long it will take."""

    amount = MoneyField(min_value=1, max_value=1_000_000)
    message = serializers.CharField(max_length=2000)
    estimated_days = serializers.IntegerField(min_value=1, max_value=365, required=False, allow_null=True)


class RejectInput(Input):
    """Why a bid is turned down, for its bidder to read."""

    reason = serializers.CharField(max_length=500, required=False, allow_null=True, allow_blank=True)
