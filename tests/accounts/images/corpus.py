"""Uploads as the world sends them: honest ones of every kind, and hostile ones. All are made here, none is stored."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

LATITUDE = (51.0, 30.0, 26.0)
SECRET = b"<script>alert(document.cookie)</script><?php system($_GET['c']); ?>"


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right, a white corner at the top left, so that turning and colours can be seen."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height), fill=(30, 30, 200))
    draw.rectangle((0, 0, width // 4, height // 4), fill=(255, 255, 255))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of this image as JPEG, PNG, WEBP, GIF, …"""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: object) -> bytes:
    """A plain photograph."""
    return encoded(picture(width, height), "JPEG", quality=90, **options)


def see_through() -> Image.Image:
    """The same, with nothing at all in the white corner."""
    image = picture(mode="RGBA")
    image.paste((255, 255, 255, 0), (0, 0, image.width // 4, image.height // 4))
    return image


def located(orientation: int = 1, **options: object) -> bytes:
    """A JPEG whose EXIF says where it was taken, with what camera, and how to hold it; with XMP and a comment too."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, "SpyCam 3000", "home of the owner"
    exif.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "W", 4: LATITUDE})
    return jpeg(exif=exif, xmp=b"<x:xmpmeta>secret-xmp</x:xmpmeta>", comment=b"secret-comment", **options)


def wide_gamut() -> bytes:
    """A JPEG with a colour profile of its own (here sRGB's, which every reader accepts)."""
    return jpeg(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def honest() -> dict[str, bytes]:
    """Name → bytes of images that must be taken."""
    palette = picture(mode="P")
    palette.info["transparency"] = palette.getpixel((0, 0))  # the white corner
    grey16 = Image.new("I;16", (64, 48), 40_000)
    return {
        "jpeg": jpeg(),
        "progressive jpeg": jpeg(progressive=True),
        "jpeg with GPS": located(),
        "jpeg with a profile": wide_gamut(),
        "jpeg with a broken profile": jpeg(icc_profile=b"not a profile at all" * 20),
        "cmyk jpeg": encoded(picture(mode="CMYK"), "JPEG"),
        "grey jpeg": encoded(picture(mode="L"), "JPEG"),
        "multi-picture jpeg": encoded(picture(), "MPO", save_all=True, append_images=[picture()]),
        "png": encoded(picture(), "PNG"),
        "png with alpha": encoded(see_through(), "PNG"),
        "png with grey and alpha": encoded(see_through().convert("LA"), "PNG"),
        "png with a palette": encoded(picture(mode="P"), "PNG"),
        "png with a transparent palette": encoded(palette, "PNG"),
        "one-bit png": encoded(picture(mode="1"), "PNG"),
        "16-bit grey png": encoded(grey16, "PNG"),
        "16-bit colour png": sixteen_bit_png(),
        "animated png": encoded(picture(), "PNG", save_all=True, append_images=[picture(mode="RGB").rotate(90)]),
        "webp": encoded(picture(), "WEBP"),
        "webp with alpha": encoded(see_through(), "WEBP", lossless=True),
        "animated webp": encoded(picture(), "WEBP", save_all=True, append_images=[picture().rotate(90)]),
        "one pixel": encoded(picture(1, 1), "PNG"),
        "a ribbon": encoded(picture(6000, 3), "PNG"),
        "broken exif": jpeg(exif=b"Exif\0\0MM\0*" + b"\xff" * 40),
        "jpeg with html behind": jpeg() + SECRET,
        "png with html behind": encoded(picture(), "PNG") + SECRET,
        "webp with html behind": encoded(picture(), "WEBP") + SECRET,
        "jpeg with php inside": jpeg(comment=SECRET),
        "png with html inside": encoded(picture(), "PNG", pnginfo=_texts()),
        "a zip archive behind a jpeg": jpeg() + b"PK\x03\x04" + bytes(200) + b"PK\x05\x06" + bytes(18),
    }


def _texts() -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", "secret-xmp")
    return texts


def hostile() -> dict[str, bytes]:
    """Name → bytes that must be refused."""
    sound = {
        "jpeg": jpeg(400, 300),
        "png": encoded(picture(400, 300), "PNG"),
        "webp": encoded(picture(400, 300), "WEBP"),
    }
    return {
        "nothing": b"",
        "html": b"<!doctype html><html><body>" + SECRET,
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "gif": encoded(picture(), "GIF"),
        "gif that is a script": b"GIF89a=1;" + SECRET,
        "bmp": encoded(picture(), "BMP"),
        "tiff": encoded(picture(), "TIFF"),
        "icon": encoded(picture(), "ICO"),
        "jpeg 2000": encoded(picture(), "JPEG2000"),
        "avif": encoded(picture(), "AVIF"),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n/Times findfont\n",
        "pdf": b"%PDF-1.7\n" + bytes(300),
        "program": b"\x7fELF" + bytes(300),
        "zip": b"PK\x03\x04" + bytes(300),
        "text": b"just words " * 30,
        "noise": bytes(range(256)) * 8,
        "only a jpeg's first bytes": b"\xff\xd8\xff\xe0",
        "only a png's first bytes": b"\x89PNG\r\n\x1a\n",
        "only a webp's first bytes": b"RIFF\x10\0\0\0WEBP",
        "jpeg header, html body": b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + SECRET * 9,
        "png of no width": png_header(0, 10),
        "png bomb": bomb(),
        "png that claims four thousand million pixels": png_header(65_000, 65_000),
        "jpeg of a thousand scans": many_scans(),
        "webp that claims a huge canvas": huge_webp(),
        **{
            f"{kind} cut to {part} %": data[: len(data) * part // 100]
            for kind, data in sound.items()
            for part in (5, 50, 95)
        },
        **{f"png with a broken {name}": broken_png(name) for name in ("header", "body")},
    }


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int, body: bytes = b"", depth: int = 8, colour: int = 0) -> bytes:
    """A PNG of that declared size and depth, with `body` as its compressed rows."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def bomb(side: int = 20_000) -> bytes:
    """A PNG of side × side black pixels of one bit: some 48 kB that decode to hundreds of megabytes."""
    return png_header(side, side, zlib.compress(bytes((side // 8 + 1) * side), 9), depth=1)


def largest_png(side: int = 7_000, colour: int = 6) -> bytes:
    """A small file that decodes to just under the 50 megapixels that are allowed, with alpha."""
    row = b"\0" + bytes(side * 4)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return png_header(side, side, body, colour=colour)


def sixteen_bit_png() -> bytes:
    """A PNG of 16 bits a channel, half grey in each."""
    rows = (b"\0" + b"\x80\x00" * 3 * 64) * 48
    return png_header(64, 48, zlib.compress(rows), depth=16, colour=2)


def many_scans(scans: int = 1000) -> bytes:
    """A progressive JPEG whose last scan is repeated: each is short, and each costs a pass over the whole image."""
    whole = jpeg(800, 600, progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * scans + whole[-2:]


def huge_webp() -> bytes:
    """A WebP whose extended header claims a canvas of 16384 × 16384 pixels."""
    body = encoded(picture(), "WEBP")[12:]
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + struct.pack("<I", 16_383)[:3] * 2
    return b"RIFF" + struct.pack("<I", 4 + len(canvas) + len(body)) + b"WEBP" + canvas + body


def broken_png(part: str) -> bytes:
    """A PNG whose header or body does not match its checksum, or is not compressed data."""
    if part == "body":
        return png_header(64, 48, b"\x00\x11\x22\x33" * 20)
    whole = bytearray(encoded(picture(), "PNG"))
    whole[18] ^= 0xFF
    return bytes(whole)


def names() -> Iterator[tuple[str, str]]:
    """File names as attackers send them, and what may be left of each."""
    yield "kitchen.jpg", "kitchen.jpg"
    yield "../../etc/passwd", "passwd"
    yield "..\\..\\windows\\system.ini", "system.ini"
    yield "/absolute/roof.png", "roof.png"
    yield "nul\0byte.jpg", "nulbyte.jpg"
    yield "head\r\nSet-Cookie: a=b.jpg", "headSet-Cookie: a=b.jpg"
    yield "photo\u202egpj.exe", "photogpj.exe"
    yield "zero\u200bwidth\ufeff.jpg", "zerowidth.jpg"
    yield "x" * 4096 + ".jpg", "x" * 196 + ".jpg"
    yield "küche «neu» 厨房.jpg", "küche «neu» 厨房.jpg"
    yield 'quo"te;filename=evil.html', 'quo"te;filename=evil.html'
    yield "...", "image"
    yield "", "image"
    yield "   ", "image"
    yield "\ud800broken.jpg", "broken.jpg"
