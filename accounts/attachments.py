"""What images are attached to. Apps above register their links; whoever sees the thing sees its images.

# jobs/apps.py, in ready()
register_attachment("jobs.JobImage", seen=lambda viewer: Q(job__in=Job.objects.visible_to(viewer)))
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from core.viewers import Viewer


@dataclass(frozen=True)
class Attachment:
    """A model with a foreign key to Image, and the condition under which a viewer sees one of its rows."""

    model: str
    field: str
    seen: Callable[[Viewer], Q]

    def links(self, condition: Q | None = None) -> Exists:
        """Whether a row of the model, under this condition, holds the image of the outer query."""
        rows = apps.get_model(self.model)._base_manager.filter(**{self.field: OuterRef("pk")})
        return Exists(rows if condition is None else rows.filter(condition))


_attachments: dict[tuple[str, str], Attachment] = {}


def register_attachment(model: str, *, seen: Callable[[Viewer], Q], field: str = "image") -> None:
    """Let rows of `model` ("app.Model") hold images by this foreign key; `seen` is a condition on them."""
    _attachments[model, field] = Attachment(model, field, seen)


def in_use() -> Q:
    """The condition that an image is attached to something, whoever sees it."""
    condition = Q()
    for attachment in _attachments.values():
        condition |= Q(attachment.links())
    return condition if condition else Q(pk__in=[])


def seen_by(viewer: Viewer) -> Q:
    """The condition that an image is attached to something that the viewer sees."""
    condition = Q()
    for attachment in _attachments.values():
        condition |= Q(attachment.links(attachment.seen(viewer)))
    return condition if condition else Q(pk__in=[])
