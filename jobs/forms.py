"""The forms of pages about jobs."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms import InputForm, PictureField
from jobs.models import Category
from jobs.serializers import JobInput, ReplyInput, ReviewInput, SavedSearchInput

NAMES = [(value, "Heating & air" if value == Category.HVAC else value.capitalize()) for value in Category.values]
STARS = [(5, "5 · Excellent"), (4, "4 · Good"), (3, "3 · All right"), (2, "2 · Poor"), (1, "1 · Bad")]


class JobForm(InputForm):
    """A job, as its owner writes it down."""

    input = JobInput
    title = forms.CharField(label="What needs doing?", min_length=5, max_length=100)
    category = forms.ChoiceField(label="Trade", choices=NAMES)
    description = forms.CharField(
        label="Tell contractors about it",
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        help_text="What is wrong, how big it is, what you have tried. Everybody can read this.",
    )
    budget = forms.DecimalField(label="Budget in £", decimal_places=2, min_value=50, max_value=100_000)
    scheduled_date = forms.DateTimeField(
        label="When, if it matters",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Times are UTC.",
    )
    address = forms.CharField(
        label="Address",
        required=False,
        max_length=300,
        help_text="Only the contractor whom you choose will see it.",
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    lat = forms.DecimalField(label="Latitude", min_value=-90, max_value=90, widget=forms.NumberInput({"step": "any"}))
    lng = forms.DecimalField(
        label="Longitude", min_value=-180, max_value=180, widget=forms.NumberInput({"step": "any"})
    )
    pictures = PictureField(
        label="Pictures",
        required=False,
        help_text="Up to 10 JPEG, PNG or WebP files of 10 MB.",
    )

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The place is one object to REST."""
        place = {"lat": cleaned["lat"], "lng": cleaned["lng"], "address": cleaned["address"] or None}
        rest = {name: value for name, value in cleaned.items() if name not in ("lat", "lng", "address")}
        document = super().document(rest) | {"location": place}
        return document if cleaned["scheduled_date"] else document | {"scheduledDate": None}


class SearchForm(InputForm):
    """A search for jobs, with a name, as the list of jobs has it in its address."""

    input = SavedSearchInput
    name = forms.CharField(label="Name of this search", max_length=100)
    q = forms.CharField(required=False, widget=forms.HiddenInput)
    category = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.DecimalField(required=False, widget=forms.HiddenInput)
    lng = forms.DecimalField(required=False, widget=forms.HiddenInput)
    radius = forms.FloatField(required=False, widget=forms.HiddenInput)
    min_budget = forms.DecimalField(required=False, widget=forms.HiddenInput)
    max_budget = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The list's trade is one of several here."""
        document = super().document(cleaned)
        trade = document.pop("category", None)
        return document | ({"categories": [trade]} if trade else {})


class ReviewForm(InputForm):
    """What the owner says about the work."""

    input = ReviewInput
    rating = forms.TypedChoiceField(label="How was it?", choices=STARS, coerce=int)
    comment = forms.CharField(label="Your review", max_length=2000, widget=forms.Textarea({"rows": 4}))


class ReplyForm(InputForm):
    """What the contractor answers."""

    input = ReplyInput
    reply = forms.CharField(label="Your reply", max_length=2000, widget=forms.Textarea({"rows": 3}))
