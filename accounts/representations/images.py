"""What an image looks like to the outside."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from rest_framework import serializers

from accounts.models import Image
from core.representations import Computed, Representation

ADDRESS, THUMBNAIL = "/media/images/", "/thumbnail.webp"


def address_of(ending: str, column: str = "pk") -> Callable[[str], Any]:
    """The address of the image whose id is in this column, as an expression of the lookup path to the row."""
    text = TextField()
    return lambda at: Concat(Value(ADDRESS), Cast(F(f"{at}{column}"), text), Value(ending), output_field=text)


class ImageRepresentation(Representation):
    """An image that somebody uploaded.

    Its urls are paths on this site, which show it to whoever may see it.
    """

    url = Computed(address_of(".webp"), shows=serializers.CharField())
    thumbnail_url = Computed(address_of(THUMBNAIL), shows=serializers.CharField())

    class Meta:
        model = Image
        fields = ["id", "url", "thumbnail_url", "filename", "mimetype", "width", "height", "created_at"]
