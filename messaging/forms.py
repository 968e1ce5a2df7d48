"""The form of a message."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms import InputForm, PictureField
from messaging.serializers import MessageInput


class MessageForm(InputForm):
    """What to say."""

    input = MessageInput
    text = forms.CharField(
        label="Message", max_length=5000, widget=forms.Textarea({"rows": 1, "placeholder": "Write a message"})
    )
    pictures = PictureField(label="Add pictures", required=False)
    client_id = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Pictures go another way, for they are uploaded first."""
        return super().document({name: value for name, value in cleaned.items() if name != "pictures"})
