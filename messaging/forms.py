"""The form of a message."""

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
