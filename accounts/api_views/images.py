"""REST: uploads."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse

from accounts.models import Image
from accounts.representations.images import ImageRepresentation
from accounts.services.images import delete_image, upload_image
from core.inputs import UploadInput
from core.reads import HotReads
from core.viewers import Viewer


class ImageViewSet(HotReads):
    """Upload an image, look at what is known of it, delete it."""

    noun = "image"
    representation = ImageRepresentation
    uploads = {"create"}
    groups = {"create": "upload"}
    sign_in = {"create", "destroy"}
    public_reads = {"retrieve"}

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """Those that the viewer may see."""
        return Image.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Only itself."""
        return {"self": f"{base}/images/{pk}"}

    def create(self, request: Any) -> HttpResponse:
        """Take a JPEG, PNG or WebP image of up to 10 MB and 50 megapixels."""
        file = self.clean(UploadInput)["file"]
        image = upload_image(file=file, filename=file.name, by=self.actor)
        return self.created(image.pk)

    def destroy(self, request: Any, pk: UUID) -> HttpResponse:
        """Delete an image of one's own that is attached to nothing."""
        with self.precondition(pk):
            delete_image(image_id=pk, by=self.actor)
        return self.no_content()
