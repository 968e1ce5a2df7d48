"""The form of a bid."""

from django import forms

from accounts.forms import InputForm
from bids.serializers import BidInput


class BidForm(InputForm):
    """An offer: money, words, and how long it will take."""

    input = BidInput
    amount = forms.DecimalField(label="Your price in £", decimal_places=2, min_value=1, max_value=1_000_000)
    estimated_days = forms.IntegerField(label="Days of work", required=False, min_value=1, max_value=365)
    message = forms.CharField(
        label="Message to the owner",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="What you would do, and what the price holds. Only the owner reads it.",
    )
