"""The forms of pages: Django draws them, an `Input` of REST's reads them, so that each rule about input stands once."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms

from accounts import serializers as inputs
from accounts.actors import GRANTABLE_SCOPES
from accounts.services.signing_up import ROLES
from core.errors import FieldErrors, Refusal
from core.inputs import Input
from core.names import camel_case


class InputForm(forms.Form):
    """A form whose values go through `input`; what that refuses stands beside the field."""

    input: type[Input]
    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.values: dict[str, Any] = {}

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in, as REST takes it. Pictures go another way, for they are uploaded first."""
        filled_in = {name: value for name, value in cleaned.items() if name != "pictures" and value not in (None, "")}
        return {camel_case(name): _plain(value) for name, value in filled_in.items()}

    def clean(self) -> dict[str, Any]:
        """Read it by the input, where Django could make sense of it."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.values = self.input.read(self.document(cleaned))
            except Refusal as refusal:
                self.refuse(refusal)
        return cleaned

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal beside the fields that it names, or above them all, and the cursor where the first is."""
        if isinstance(refusal, FieldErrors):
            for name, message in _flat(refusal.details or {}):
                self.add_error(self._field(name), message)
        else:
            self.add_error(None, refusal.message)
        first = next((name for name in self.fields if name in self.errors), None)
        if first is not None:
            self.fields[first].widget.attrs["autofocus"] = True

    def check(self) -> None:
        """Raises FieldErrors, where a form stands in a page that cannot show what is wrong beside its fields."""
        if not self.is_valid():
            raise FieldErrors({name: [str(error) for error in errors] for name, errors in self.errors.items()})

    def _field(self, name: str) -> str | None:
        own = "pictures" if name in ("images", "avatar") else name
        return {camel_case(field): field for field in self.fields}.get(own)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _flat(details: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Field and message, also of objects within: those are named by their innermost field."""
    for name, found in details.items():
        own = above if name.isdigit() else name
        if isinstance(found, Mapping):
            yield from _flat(found, own)
        else:
            yield from ((own, str(message)) for message in found)


class PictureInput(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class PictureField(forms.FileField):
    """Several files. Whether each is a picture is for the upload to say."""

    widget = PictureInput({"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files that were chosen."""
        return [super(PictureField, self).clean(file, initial) for file in data or ()]


def password(label: str, *, is_new: bool) -> forms.CharField:
    """A field for a password, which a password manager knows what to do with."""
    attrs = {"autocomplete": "new-password" if is_new else "current-password"}
    hint = "At least 8 characters; a few words in a row are good." if is_new else ""
    return forms.CharField(label=label, strip=False, help_text=hint, widget=forms.PasswordInput(attrs))


def address() -> forms.EmailField:
    """A field for one's own e-mail address."""
    return forms.EmailField(label="E-mail address", widget=forms.EmailInput({"autocomplete": "email"}))


class SignUpForm(InputForm):
    """A new member."""

    input = inputs.SignUpInput
    role = forms.ChoiceField(
        label="I want to",
        choices=list(zip(ROLES, ("have work done", "offer my work"), strict=True)),
        widget=forms.RadioSelect,
        initial=ROLES[0],
    )
    name = forms.CharField(label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    business_name = forms.CharField(
        label="Business name", required=False, help_text="For contractors. Without one we show your own name."
    )
    email = address()
    password = password("Password", is_new=True)


class SignInForm(InputForm):
    """Address and password."""

    input = inputs.SignInInput
    email = address()
    password = password("Password", is_new=False)


class EmailForm(InputForm):
    """An address that a mail is wanted at."""

    input = inputs.EmailInput
    email = address()


class TokenForm(InputForm):
    """The token of a mail."""

    input = inputs.TokenInput
    token = forms.CharField(widget=forms.HiddenInput)


class ResetForm(TokenForm):
    """The token of a mail, and a new password."""

    input = inputs.ResetInput
    password = password("New password", is_new=True)


class MyselfForm(InputForm):
    """What one is called, and a picture of oneself."""

    input = inputs.MyselfInput
    name = forms.CharField(label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    pictures = PictureField(
        label="A picture of you", required=False, help_text="A JPEG, PNG or WebP file of up to 10 MB."
    )


class PasswordForm(InputForm):
    """The present password and the next."""

    input = inputs.PasswordInput
    current_password = password("Present password", is_new=False)
    new_password = password("New password", is_new=True)


class LeaveForm(InputForm):
    """The password of whoever leaves for good."""

    input = inputs.ErasureInput
    password = password("Your password", is_new=False)


REASONS = {
    "spam": "It is advertising",
    "fraud": "It is a fraud, or tries to be one",
    "contact_leak": "It gives contact details away, or asks for them",
    "abuse": "It insults or threatens somebody",
    "other": "Something else",
}


class ReportForm(InputForm):
    """What is wrong with what."""

    input = inputs.ReportInput
    target_type = forms.CharField(widget=forms.HiddenInput)
    target_id = forms.CharField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label="What is wrong?", choices=list(REASONS.items()), widget=forms.RadioSelect)
    comment = forms.CharField(label="Tell us more", required=False, max_length=1000, widget=forms.Textarea({"rows": 4}))


class KeyForm(InputForm):
    """A new API key."""

    input = inputs.ApiKeyInput
    name = forms.CharField(label="Name", help_text="What the program is called that will use it.")
    scopes = forms.MultipleChoiceField(
        label="It may", choices=[(s, s) for s in GRANTABLE_SCOPES], widget=forms.CheckboxSelectMultiple
    )
