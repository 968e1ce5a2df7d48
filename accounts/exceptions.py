"""The app's refusals, one class for each rule that a client may want to tell apart."""

from django.conf import settings

from core.errors import BadInput, Conflict, TooLarge, Unavailable


class NotAnImage(BadInput):
    """The file's content is not a JPEG, PNG or WebP image, whatever it is called."""

    code, message = "not_an_image", "The file is not a JPEG, PNG or WebP image."


class TooManyPixels(TooLarge):
    """The image is larger than what is decoded, however small its file."""

    code = "too_many_pixels"
    message = f"An image may have at most {settings.IMAGE_MAX_PIXELS // 1_000_000} megapixels."


class TooManyUploads(Unavailable):
    """The process is decoding as many images as its memory allows."""

    code, message = "too_many_uploads", "Too many images are being read at the moment. Try again."


class StorageQuotaExceeded(TooLarge):
    """The person's uploads take all the room that they have."""

    code = "storage_quota_exceeded"
    message = "Your uploads take all the room that you have. Delete some that you do not use."


class ImageInUse(Conflict):
    """The image is attached to something, which would lose it."""

    code, message = "image_in_use", "This image is attached to something. Take it off there first."
