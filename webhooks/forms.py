"""The forms of pages about webhooks."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms

from accounts.forms import InputForm
from events.types import TYPES
from webhooks.serializers import ReplayInput, WebhookInput

EVERYTHING = ("*", "Everything that concerns me")


def choices_of_events(chosen: Iterable[str]) -> list[Any]:
    """All types of event by what they are about, with a pattern for each; and other patterns that are chosen."""
    groups = {
        about.capitalize(): [(f"{about}.*", f"Everything about {about}s"), *((name, name) for name in names)]
        for about, names in groupby(sorted(TYPES), key=lambda name: name.partition(".")[0])
    }
    offered = {EVERYTHING[0], *(name for group in groups.values() for name, _ in group)}
    others = [(pattern, pattern) for pattern in chosen if pattern not in offered]
    return [EVERYTHING, *groups.items(), *([("Patterns", others)] if others else [])]


class WebhookForm(InputForm):
    """Where a program hears of what."""

    input = WebhookInput
    url = forms.CharField(
        label="URL",
        max_length=2000,
        widget=forms.URLInput({"placeholder": "https://example.org/hooks", "autocomplete": "off"}),
        help_text="We send a POST there for each event. It has to be public, and https.",
    )
    description = forms.CharField(label="Description", required=False, max_length=200)
    events = forms.MultipleChoiceField(label="Events", widget=forms.CheckboxSelectMultiple)
    ordered = forms.BooleanField(
        label="In order",
        required=False,
        help_text="What concerns one thing waits until what came before it has arrived.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events: Any = self.fields["events"]
        events.choices = choices_of_events(self.initial.get("events", ()))

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """A description that is left empty is taken away."""
        return {"description": None} | super().document(cleaned)


class ReplayForm(InputForm):
    """From where on what was missed is sent."""

    input = ReplayInput
    after = forms.CharField(
        label="Id of the last event that you have",
        max_length=40,
        help_text="It is the header webhook-id of a delivery.",
    )
