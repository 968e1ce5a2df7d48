"""A storage of their own for tests of images, and people who upload."""

import uuid
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Image, Person
from accounts.services.images import upload_image
from core.storage import backend
from jobs.models import Job
from tests.accounts.images import corpus


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    """The folder where this test's uploads go."""
    settings.STORAGES = {**settings.STORAGES, "default": backend("", tmp_path / "media")}
    return tmp_path / "media"


@pytest.fixture
def files(folder: Path) -> Callable[[], list[str]]:
    """The names of all files that are stored at the moment."""
    return lambda: sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def somebody(db) -> Callable[..., Actor]:
    """Makes people: `somebody("homeowner")` is an Actor of a new person."""

    def make(role: str = "homeowner", **more: object) -> Actor:
        person = Person.objects.create(email=f"{uuid.uuid4()}@example.test", name="Somebody", role=role)
        return Actor(id=person.pk, role=role, is_staff=role == "staff", **more)

    return make


@pytest.fixture
def ann(somebody) -> Actor:
    """A homeowner."""
    return somebody()


@pytest.fixture
def upload() -> Callable[..., Image]:
    """Uploads for an actor."""

    def send(by: Actor, content: bytes | None = None, filename: str = "kitchen.jpg") -> Image:
        return upload_image(file=BytesIO(corpus.jpeg() if content is None else content), filename=filename, by=by)

    return send


@pytest.fixture
def attach() -> Callable[..., Job]:
    """Attaches an image to a new job of this state."""

    def to_job(image: Image, owner: Actor, status: str = "posted", **more: object) -> Job:
        posted_at = None if status == "draft" else timezone.now()
        job = Job.objects.create(
            owner_id=owner.id,
            title="A leaking tap",
            description="It drips.",
            category="plumbing",
            budget=100,
            lat="51.501234",
            lng="-0.123456",
            status=status,
            posted_at=posted_at,
            **more,
        )
        job.pictures.create(image=image, position=0)
        return job

    return to_job
