"""Uploads made into safe pictures: checked by content, bounded in memory, upright, in sRGB, drawn anew.

What comes out is WebP, whatever came in: every browser shows it, it keeps transparency, and it is a third
smaller than JPEG. Because nothing of the upload but its pixels goes on, its metadata (EXIF with GPS, XMP,
comments, embedded thumbnails) and whatever else was hidden in it stay behind. Of an animation the first frame
is kept.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Condition

from django.conf import settings
from PIL import Image, ImageCms

from accounts.exceptions import NotAnImage, TooManyPixels, TooManyUploads

log = logging.getLogger("mintenance.pictures")

MIMETYPE = "image/webp"
LONG_SIDE, THUMBNAIL_SIDE = 2560, 480  # pixels
_QUALITY, _THUMBNAIL_QUALITY = 82, 76
_FORMATS = ("JPEG", "PNG", "WEBP")
_JPEG_SCANS = 200  # a photograph has about ten; a thousand empty ones would cost minutes of decoding
_ICC_BYTES = 1024 * 1024
_DIRECT = ("L", "RGB", "RGBA", "CMYK")  # modes that can be made smaller as they are
_ORIENTATION = 0x0112  # EXIF 2.32, section 4.6.4
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WAIT_SECONDS = 20

Image.MAX_IMAGE_PIXELS = settings.IMAGE_MAX_PIXELS
warnings.filterwarnings("ignore", category=UserWarning, module="PIL")  # what is wrong with an upload's metadata


@dataclass(frozen=True)
class Picture:
    """An upload drawn anew:

    the WebP bytes of the picture and of its thumbnail; the picture's size in pixels.
    """

    data: bytes
    thumbnail: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The hash of the picture's bytes, in hexadecimal."""
        return sha256(self.data).hexdigest()


class MemoryBudget:
    """Lets decoders in as long as their pixels fit together. One that is larger than all of it runs alone."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._changed = Condition()

    @contextmanager
    def take(self, size: int) -> Iterator[None]:
        """Hold `size` bytes of the budget; wait for them at most 20 seconds, then `TooManyUploads`."""
        size = min(size, self._most)
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken + size <= self._most, _WAIT_SECONDS):
                raise TooManyUploads(retry_after=10)
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


BUDGET = MemoryBudget(settings.IMAGE_DECODE_MEMORY)


def make_picture(upload: bytes) -> Picture:
    """Draw the upload anew. Raises `NotAnImage` (400), `TooManyPixels` (413) or `TooManyUploads` (503)."""
    try:
        with _opened(upload) as image, BUDGET.take(_memory(image)):
            return _encoded(_finished(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except (NotAnImage, TooManyPixels, TooManyUploads):
        raise
    except Exception as error:  # on hostile bytes decoders raise whatever they stumble over
        log.info("an upload could not be decoded: %s", type(error).__name__)
        raise NotAnImage("The file is damaged, or not a JPEG, PNG or WebP image.") from None


def _opened(upload: bytes) -> Image.Image:
    """The image with its header read, and no pixel decoded."""
    if upload[:2] == b"\xff\xd8" and upload.count(b"\xff\xda") > _JPEG_SCANS:
        raise NotAnImage("The file has too many scans for a photograph.")
    image = Image.open(BytesIO(upload), formats=_FORMATS)
    width, height = image.size
    if width * height > settings.IMAGE_MAX_PIXELS:
        raise TooManyPixels
    if width < 1 or height < 1:
        raise NotAnImage
    image.draft(None, (LONG_SIDE, LONG_SIDE))  # JPEG decodes at a half, a quarter or an eighth, never below this
    return image


def _memory(image: Image.Image) -> int:
    """About how many bytes decoding takes; libwebp holds the canvas twice, and hands over copies."""
    width, height = image.size
    return width * height * (16 if image.format == "WEBP" else 4)


def _finished(image: Image.Image) -> Image.Image:
    """Decode, make smaller, turn upright and bring to sRGB: a new RGB or RGBA image without metadata."""
    image.load()
    profile = image.info.get("icc_profile")
    turn = _UPRIGHT.get(_orientation(image))
    small = _limited(_reduced(image), LONG_SIDE)
    drawn = _in_srgb(small, profile)
    drawn = drawn.transpose(turn) if turn is not None else drawn
    drawn.info = {}
    return drawn


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF says nothing about how the image is to be held
        return 1


def _reduced(image: Image.Image) -> Image.Image:
    """A large image at a whole fraction of its size, by strips, so that only one full copy is ever held."""
    factor = max(1, max(image.size) // LONG_SIDE)
    if factor == 1:
        return _direct(image)
    width, height = image.size
    step = max(1, 256 // factor) * factor
    strips = []
    for top in range(0, height, step):
        strip = _direct(image.crop((0, top, width, min(top + step, height))))
        strips.append(strip.reduce((min(factor, width), min(factor, strip.height))))
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole


def _direct(image: Image.Image) -> Image.Image:
    """The same pixels in a mode of `_DIRECT`:

    turns over palettes, bits, 16 bits a channel, grey with alpha.
    """
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in _DIRECT else image.convert("RGB")


def _limited(image: Image.Image, side: int) -> Image.Image:
    """The image with no side longer than `side`, and none shorter than a pixel."""
    longest = max(image.size)
    if longest <= side:
        return image.copy()
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA in sRGB, by the image's own colour profile where it has a usable one."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    base = image.convert("RGB") if alpha else image
    drawn = (_by_profile(base, profile) if profile else None) or base.convert("RGB")
    if alpha:
        drawn.putalpha(alpha)
    return drawn


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    if len(profile) > _ICC_BYTES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken profile, or one of another kind of colour
        return None


def _encoded(image: Image.Image) -> Picture:
    thumbnail = _limited(image, THUMBNAIL_SIDE)
    return Picture(
        data=_webp(image, _QUALITY),
        thumbnail=_webp(thumbnail, _THUMBNAIL_QUALITY),
        width=image.width,
        height=image.height,
    )


def _webp(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()
