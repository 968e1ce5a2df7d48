"""GraphQL: people, images, signing up and in."""

from typing import Any

import strawberry
from django.core.files.uploadedfile import UploadedFile
from strawberry.file_uploads import Upload

from accounts.api_views.auth import AuthViewSet
from accounts.api_views.images import ImageViewSet
from accounts.api_views.people import MyselfViewSet
from accounts.models import Person
from accounts.representations import ImageRepresentation, PersonRepresentation
from accounts.serializers import RefreshInput, SignOutInput
from accounts.serializers import SignInInput as SignInForm
from accounts.serializers import SignUpInput as SignUpForm
from accounts.services import signing_in, signing_up
from accounts.services.images import upload_image
from core.graphql.lists import read, read_back
from core.graphql.nodes import Caller, Kind, SignedIn
from core.graphql.values import DateTime, given
from core.inputs import UploadInput

PEOPLE = Kind(PersonRepresentation)
IMAGES = Kind(ImageRepresentation)

strawberry.enum(Person.Role, name="UserRole", description="What a person may be.")
UserRole = Person.Role


@strawberry.type
class User:
    """A person. Their address is for themselves and staff."""

    id: strawberry.ID
    name: str
    avatar: str | None
    role: UserRole
    email: str | None
    created_at: DateTime


@strawberry.type
class Image:
    """An image that somebody uploaded; its urls are paths on this site."""

    id: strawberry.ID
    url: str
    thumbnail_url: str
    filename: str
    mimetype: str
    width: int
    height: int


@strawberry.type
class AuthPayload:
    """Somebody who has signed in. Nobody has yet where the site wants the address confirmed first."""

    success: bool
    user: User | None = None
    access_token: str | None = None
    refresh_token: str | None = None
    expires_at: DateTime | None = None
    message: str | None = None


@strawberry.type
class ImagePayload:
    """An image that is there now."""

    success: bool
    image: Image | None = None
    message: str | None = None


@strawberry.input
class SignUpInput:
    """A new member."""

    email: str
    password: str
    name: str
    role: UserRole
    business_name: str | None = strawberry.UNSET


@strawberry.input
class SignInInput:
    """Address and password."""

    email: str
    password: str


@strawberry.type
class AccountQueries:
    """What is asked about oneself."""

    @strawberry.field
    def me(self, info: strawberry.Info) -> User | None:
        """The caller; null for a stranger."""
        caller: Caller = info.context
        if not caller.actor.is_signed_in:
            return None
        return read(caller, PEOPLE, MyselfViewSet, caller.actor.person_id)


@strawberry.type
class AccountMutations:
    """Signing up, in and out, and uploads."""

    @strawberry.mutation
    def sign_up(self, info: strawberry.Info, input: SignUpInput) -> AuthPayload:
        """Become a homeowner or a contractor, and be signed in."""
        form = SignUpForm.read(given(input))
        signed_in = signing_up.sign_up(**form, user_agent=_user_agent(info), by=info.context.actor)
        if signed_in is None:
            return AuthPayload(success=True, message="Confirm your address first: a mail is on its way.")
        return _signed_in(info, signed_in)

    @strawberry.mutation
    def sign_in(self, info: strawberry.Info, input: SignInInput) -> AuthPayload:
        """Open a session with address and password."""
        form = SignInForm.read(given(input))
        return _signed_in(info, signing_in.sign_in(**form, user_agent=_user_agent(info), by=info.context.actor))

    @strawberry.mutation
    def refresh_token(self, info: strawberry.Info, token: str) -> AuthPayload:
        """Go on with the next pair of tokens. Each refresh token works once."""
        form = RefreshInput.read({"refreshToken": token})
        return _signed_in(info, signing_in.refresh(**form, by=info.context.actor))

    @strawberry.mutation
    def sign_out(self, info: strawberry.Info) -> bool:
        """End the caller's session; its access tokens end with it."""
        signing_in.sign_out(**SignOutInput.read({}), by=info.context.actor)
        return True

    @strawberry.mutation(extensions=[SignedIn()])
    def upload_image(self, info: strawberry.Info, file: Upload) -> ImagePayload:
        """Take a JPEG, PNG or WebP image of up to 10 MB and 50 megapixels."""
        caller: Caller = info.context
        upload: UploadedFile = UploadInput.read({"file": file})["file"]
        image = upload_image(file=upload, filename=upload.name or "", by=caller.actor)
        return ImagePayload(success=True, image=read_back(caller, IMAGES, ImageViewSet, image.pk))


def _user_agent(info: strawberry.Info) -> str:
    agent: str = info.context.request.headers.get("User-Agent", "")
    return agent


def _signed_in(info: strawberry.Info, signed_in: Any) -> AuthPayload:
    """The person as they see themselves, and their tokens."""
    now = Caller(signed_in.actor, info.context.request)
    pair = signed_in.tokens
    return AuthPayload(
        success=True,
        user=read_back(now, PEOPLE, AuthViewSet, signed_in.person.pk),
        access_token=pair.access,
        refresh_token=pair.refresh,
        expires_at=DateTime(pair.expires_at.isoformat()),
    )
