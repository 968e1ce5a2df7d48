"""The form of a message."""

from django import forms

from accounts.forms import InputForm
from messaging.serializers import MessageInput


class MessageForm(InputForm):
    """What to say."""

    input = MessageInput
    text = forms.CharField(
        label="Message", max_length=5000, widget=forms.Textarea({"rows": 2, "placeholder": "Write a message"})
    )
    client_id = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
