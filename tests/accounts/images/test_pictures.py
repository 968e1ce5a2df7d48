"""The pipeline: what goes in of all kinds, and what alone comes out."""

import struct
import threading
import time
import tracemalloc
from io import BytesIO

import pytest
from PIL import Image

from accounts.exceptions import NotAnImage, TooManyPixels, TooManyUploads
from accounts.pictures import LONG_SIDE, THUMBNAIL_SIDE, MemoryBudget, make_picture
from core.errors import Refusal
from tests.accounts.images import corpus

pytestmark = pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
HONEST, HOSTILE = corpus.honest(), corpus.hostile()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content), formats=["WEBP"])
    image.load()
    return image


def chunks(webp: bytes) -> list[bytes]:
    """The names of the chunks of a WebP file, which must end where it says it ends."""
    assert webp[:4] == b"RIFF"
    assert webp[8:12] == b"WEBP"
    assert struct.unpack("<I", webp[4:8])[0] + 8 == len(webp)
    found, at = [], 12
    while at < len(webp):
        found.append(webp[at : at + 4])
        size = struct.unpack("<I", webp[at + 4 : at + 8])[0]
        at += 8 + size + size % 2
    return found


def near(pixel: tuple[int, ...], wanted: tuple[int, int, int], by: int = 24) -> bool:
    return all(abs(got - want) <= by for got, want in zip(pixel[:3], wanted, strict=True))


@pytest.mark.parametrize("name", HONEST)
def test_it_takes_every_honest_image_and_answers_pixels_alone(name):
    made = make_picture(HONEST[name])
    for content in (made.data, made.thumbnail):
        assert set(chunks(content)) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
        for secret in (corpus.SECRET, b"secret", b"SpyCam", b"Exif", b"<x:xmp", b"ICCP", b"PK\x03\x04"):
            assert secret not in content
    picture = opened(made.data)
    assert (made.width, made.height) == picture.size
    assert picture.mode in ("RGB", "RGBA")
    assert len(made.sha256) == 64


@pytest.mark.parametrize("name", HOSTILE)
def test_it_refuses_everything_else_at_once(name):
    started = time.perf_counter()
    with pytest.raises(Refusal) as refused:
        make_picture(HOSTILE[name])
    assert isinstance(refused.value, NotAnImage | TooManyPixels)
    assert time.perf_counter() - started < 1


def test_it_refuses_a_bomb_before_decoding_it():
    bomb = corpus.bomb()
    assert len(bomb) < 50_000
    tracemalloc.start()
    with pytest.raises(TooManyPixels):
        make_picture(bomb)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_turns_pictures_upright(orientation):
    sideways = Image.Exif()
    sideways[0x0112] = orientation
    upright = corpus.picture(60, 40)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    held = upright.transpose(undo) if undo is not None else upright
    made = make_picture(corpus.encoded(held, "JPEG", quality=95, exif=sideways))
    picture = opened(made.data)
    assert picture.size == (60, 40)
    assert near(picture.getpixel((3, 3)), (255, 255, 255))
    assert near(picture.getpixel((20, 35)), (200, 30, 30))
    assert near(picture.getpixel((57, 35)), (30, 30, 200))


@pytest.mark.parametrize("name", ["jpeg", "cmyk jpeg", "png", "png with a palette", "webp", "jpeg with a profile"])
def test_it_keeps_the_colours(name):
    picture = opened(make_picture(HONEST[name]).data)
    assert near(picture.getpixel((20, 40)), (200, 30, 30))
    assert near(picture.getpixel((60, 40)), (30, 30, 200))


def test_it_keeps_what_is_see_through():
    for name in (
        "png with alpha",
        "png with grey and alpha",
        "png with a transparent palette",
        "webp with alpha",
    ):
        picture = opened(make_picture(HONEST[name]).data)
        assert picture.mode == "RGBA", name
        assert picture.getpixel((2, 2))[3] < 16, name
        assert picture.getpixel((60, 40))[3] > 240, name


def test_it_scales_sixteen_bits_and_does_not_cut_them_off():
    assert near(opened(make_picture(HONEST["16-bit grey png"]).data).getpixel((9, 9)), (155, 155, 155), 4)
    assert near(opened(make_picture(HONEST["16-bit colour png"]).data).getpixel((9, 9)), (128, 128, 128), 4)


def test_it_limits_the_long_side_and_makes_a_thumbnail():
    made = make_picture(corpus.encoded(corpus.picture(5200, 1300), "PNG"))
    assert (made.width, made.height) == (LONG_SIDE, LONG_SIDE // 4)
    assert opened(made.thumbnail).size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 4)
    small = make_picture(corpus.jpeg(100, 50))
    assert (small.width, small.height) == (100, 50)
    assert opened(small.thumbnail).size == (100, 50)


def test_it_takes_the_first_frame_of_an_animation():
    for name in ("animated png", "animated webp"):
        picture = opened(make_picture(HONEST[name]).data)
        assert not picture.is_animated
        assert near(picture.getpixel((60, 40)), (30, 30, 200))


def test_the_largest_image_that_is_allowed_is_taken():
    made = make_picture(corpus.largest_png())
    assert max(made.width, made.height) == LONG_SIDE


def test_the_budget_lets_in_what_fits_and_holds_the_rest():
    budget, order = MemoryBudget(100), []

    def decode(name: str, size: int) -> None:
        with budget.take(size):
            order.append(name)
            time.sleep(0.05)
            order.append(f"{name} done")

    with budget.take(60):
        small, large = (threading.Thread(target=decode, args=a) for a in (("small", 40), ("huge", 10_000)))
        small.start()
        small.join()
        large.start()
        time.sleep(0.05)
        assert order == ["small", "small done"]
    large.join()
    assert order[-2:] == ["huge", "huge done"]


def test_who_waits_too_long_for_the_budget_is_asked_to_come_again(monkeypatch):
    monkeypatch.setattr("accounts.pictures._WAIT_SECONDS", 0.01)
    budget = MemoryBudget(10)
    with budget.take(10), pytest.raises(TooManyUploads) as refused, budget.take(1):
        pass
    assert refused.value.retry_after == 10
