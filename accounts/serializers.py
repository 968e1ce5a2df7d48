"""What people may send about themselves."""

from django.core.validators import RegexValidator
from rest_framework import serializers

from accounts.actors import GRANTABLE_SCOPES
from accounts.models import Report
from accounts.passwords import LONGEST
from accounts.services.signing_up import ROLES
from core.inputs import Input

_LONGEST_TOKEN = 1024


class NameField(serializers.CharField):
    """A name on one line."""

    def __init__(self, **options: object) -> None:
        one_line = RegexValidator(r"^[^\x00-\x1f\x7f\u2028\u2029]*$", "Write it on one line.")
        super().__init__(**{"max_length": 100, "validators": [one_line], **options})  # type: ignore[arg-type]


class PasswordField(serializers.CharField):
    """A password, taken as it is: spaces count."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"max_length": LONGEST, "trim_whitespace": False, **options})  # type: ignore[arg-type]


class SignUpInput(Input):
    """A new member."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField(min_length=8)
    name = NameField()
    role = serializers.ChoiceField(choices=[(role, role) for role in ROLES])
    business_name = NameField(min_length=2, required=False, allow_null=True)


class SignInInput(Input):
    """Address and password."""

    email = serializers.CharField(max_length=254)
    password = PasswordField()


class RefreshInput(Input):
    """The refresh token that was answered last."""

    refresh_token = serializers.CharField(max_length=_LONGEST_TOKEN)


class SignOutInput(Input):
    """The refresh token of the session to end; without it, the caller's own."""

    refresh_token = serializers.CharField(max_length=_LONGEST_TOKEN, required=False, allow_null=True)


class EmailInput(Input):
    """An address that a mail is wanted at."""

    email = serializers.EmailField(max_length=254)


class TokenInput(Input):
    """The token of a mail."""

    token = serializers.CharField(max_length=_LONGEST_TOKEN)


class ResetInput(TokenInput):
    """The token of a mail, and the new password."""

    password = PasswordField(min_length=8)


class PasswordInput(Input):
    """The present password and the next."""

    current_password = PasswordField()
    new_password = PasswordField(min_length=8)


class MyselfInput(Input):
    """What one may change about oneself. `avatar` is the id or a url of an upload of one's own, or null."""

    name = NameField()
    avatar = serializers.CharField(max_length=500, required=False, allow_null=True)


class ApiKeyInput(Input):
    """A new API key."""

    name = NameField()
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=[(scope, scope) for scope in GRANTABLE_SCOPES]),
        min_length=1,
        max_length=len(GRANTABLE_SCOPES),
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class ErasureInput(Input):
    """The password of whoever leaves, for clients that ask for it once more. Nothing is demanded."""

    password = PasswordField(required=False)


class ReportInput(Input):
    """What is wrong with what."""

    target_type = serializers.ChoiceField(choices=Report.TargetType.choices)
    target_id = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=Report.Reason.choices)
    comment = serializers.CharField(max_length=1000, required=False, allow_null=True, allow_blank=True)
