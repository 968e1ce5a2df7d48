"""The pictures of demo jobs: flat illustrations, one scene for each category, with colours that vary."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (1200, 900)
_WALLS = ("#f3e9dc", "#e3ecef", "#e9efe1", "#f2e4e1", "#ece6f0", "#fbf3d9")
_ACCENTS = ("#c8553d", "#2d6a8e", "#588b5a", "#d99a2b", "#7a5c99", "#3a7d7c")
_DARK, _WHITE, _STEEL, _WOOD = "#3d3d45", "#fdfdfb", "#aab4bd", "#b98a5a"

Draw = ImageDraw.ImageDraw


def draw_job(category: str, seed: int) -> bytes:
    """A JPEG of 1200 × 900 pixels for a job of this category; another seed, other colours and proportions."""
    random = Random(f"{category} {seed}")  # noqa: S311 - to be repeatable is the point
    accent = random.choice(_ACCENTS)
    image = Image.new("RGB", SIZE, random.choice(_WALLS))
    draw = ImageDraw.Draw(image)
    floor = random.randint(640, 720)
    draw.rectangle((0, floor, *SIZE), fill="#8fae6b" if category == "landscaping" else "#d2b48c")
    _SCENES[category](draw, random, accent, floor)
    out = BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _tap_and_sink(draw: Draw, random: Random, accent: str, floor: int) -> None:
    _tiles(draw, 480)
    draw.rectangle((200, 500, 1000, floor + 60), fill=_WHITE, outline=_STEEL, width=6)
    draw.rounded_rectangle((280, 470, 920, 540), 30, fill=_STEEL)
    draw.rectangle((570, 270, 620, 480), fill=_DARK)
    draw.arc((420, 200, 620, 400), 180, 360, fill=_DARK, width=46)
    draw.rectangle((420, 296, 466, 350), fill=_DARK)
    draw.ellipse((560, 220, 630, 290), fill=accent)
    for drop in range(random.randint(1, 4)):
        top = 372 + drop * 34
        draw.ellipse((430, top, 456, top + 30), fill="#5aa9d6")


def _lamp_and_sockets(draw: Draw, random: Random, accent: str, floor: int) -> None:
    centre = random.randint(480, 720)
    draw.line((centre, 0, centre, 180), fill=_DARK, width=8)
    draw.polygon(((centre - 40, 180), (centre + 40, 180), (centre + 150, 320), (centre - 150, 320)), fill=accent)
    draw.ellipse((centre - 46, 290, centre + 46, 382), fill="#ffe08a")
    for ray in range(-2, 3):
        draw.line((centre + ray * 60, 400, centre + ray * 95, 470), fill="#ffd25e", width=8)
    for plate in range(random.randint(1, 3)):
        left = 150 + plate * 330
        draw.rounded_rectangle((left, 530, left + 220, 620), 14, fill=_WHITE, outline=_STEEL, width=5)
        for hole in (left + 40, left + 140):
            draw.rectangle((hole + 14, 545, hole + 24, 570), fill=_DARK)
            draw.rectangle((hole, 585, hole + 10, 605), fill=_DARK)
            draw.rectangle((hole + 28, 585, hole + 38, 605), fill=_DARK)


def _door(draw: Draw, random: Random, accent: str, floor: int) -> None:
    left = random.randint(330, 520)
    draw.rectangle((left - 26, 90, left + 346, floor), fill=_WHITE)
    draw.rectangle((left, 116, left + 320, floor), fill=_WOOD)
    for top, bottom in ((160, 330), (380, floor - 60)):
        for side in (left + 36, left + 176):
            draw.rectangle((side, top, side + 108, bottom), outline="#8c6239", width=8)
    draw.ellipse((left + 270, 350, left + 304, 384), fill="#e3c565")
    for plank in range(random.randint(2, 5)):
        top = floor + 20 + plank * 30
        draw.rectangle((60, top, 300 + plank * 20, top + 22), fill=accent if plank == 0 else "#9c7146")


def _wall_half_painted(draw: Draw, random: Random, accent: str, floor: int) -> None:
    edge = random.randint(380, 760)
    draw.rectangle((0, 0, edge, floor), fill=accent)
    for stripe in range(7):
        end = edge + random.randint(20, 150)
        draw.rounded_rectangle((edge - 60, stripe * 92, end, stripe * 92 + 84), 30, fill=accent)
    draw.rectangle((0, floor - 28, SIZE[0], floor), fill=_WHITE)
    draw.polygon(((860, floor + 120), (960, 240), (990, 240), (900, floor + 120)), fill=_STEEL)
    draw.polygon(((1120, floor + 120), (1000, 240), (970, 240), (1080, floor + 120)), fill=_STEEL)
    for rung in range(1, 6):
        draw.line((965 - rung * 16, 240 + rung * 80, 995 + rung * 18, 240 + rung * 80), fill=_DARK, width=10)
    draw.rectangle((180, floor + 30, 320, floor + 150), fill=_STEEL)
    draw.ellipse((180, floor + 10, 320, floor + 50), fill=accent)


def _garden(draw: Draw, random: Random, accent: str, floor: int) -> None:
    draw.rectangle((0, 0, SIZE[0], floor), fill="#cfe6f3")
    draw.ellipse((950, 70, 1080, 200), fill="#ffd966")
    missing = random.randint(2, 7)
    for panel in range(9):
        left = panel * 140
        if panel != missing:
            draw.rectangle((left, 380, left + 126, floor + 10), fill=_WOOD)
            draw.line((left, 450, left + 126, 450), fill="#8c6239", width=10)
    trunk = random.randint(180, 420)
    draw.rectangle((trunk, 320, trunk + 46, floor + 40), fill="#7b5534")
    for dx, dy in ((-120, -60), (20, -140), (60, -20)):
        draw.ellipse((trunk + dx, 200 + dy, trunk + dx + 220, 400 + dy), fill="#4f7f4a")
    for _ in range(14):
        x, y = random.randint(20, 1160), random.randint(floor + 60, 860)
        draw.line((x + 10, y, x + 10, y + 34), fill="#3f6b3a", width=6)
        draw.ellipse((x, y - 14, x + 22, y + 8), fill=accent)


def _bucket_and_window(draw: Draw, random: Random, accent: str, floor: int) -> None:
    draw.rectangle((160, 110, 720, 520), fill=_WHITE)
    for left in (186, 452):
        draw.rectangle((left, 136, left + 242, 494), fill="#bcdff0")
        draw.line((left + 30, 460, left + 200, 180), fill="#e4f4fb", width=22)
    tilt = random.randint(-30, 30)
    draw.line((980 + tilt, 120, 940, floor + 40), fill=_WOOD, width=22)
    draw.polygon(((880, floor + 30), (1000, floor + 30), (1040, floor + 130), (840, floor + 130)), fill="#e8d9a8")
    draw.polygon(((420, floor - 20), (680, floor - 20), (640, floor + 170), (460, floor + 170)), fill=accent)
    draw.arc((420, floor - 150, 680, floor + 110), 180, 360, fill=_DARK, width=10)
    for _ in range(12):
        x, y, r = random.randint(420, 660), random.randint(floor - 90, floor - 20), random.randint(12, 34)
        draw.ellipse((x, y, x + r, y + r), fill=_WHITE, outline="#bcdff0", width=3)


def _radiator_and_cooler(draw: Draw, random: Random, accent: str, floor: int) -> None:
    draw.rounded_rectangle((620, 110, 1090, 270), 26, fill=_WHITE, outline=_STEEL, width=6)
    for slat in range(3):
        draw.line((660, 210 + slat * 18, 1050, 210 + slat * 18), fill=_STEEL, width=7)
    for wave in range(3):
        draw.arc((680 + wave * 130, 280, 780 + wave * 130, 400), 90, 270, fill="#6fb7de", width=9)
    ribs = random.randint(6, 9)
    for rib in range(ribs):
        left = 130 + rib * 62
        draw.rounded_rectangle((left, 380, left + 50, floor - 30), 20, fill=_WHITE, outline=_STEEL, width=5)
    draw.rectangle((120, 420, 130 + ribs * 62, 440), fill=_STEEL)
    draw.ellipse((130 + ribs * 62, floor - 90, 180 + ribs * 62, floor - 40), fill=accent)
    draw.line((155 + ribs * 62, floor - 40, 155 + ribs * 62, floor + 30), fill=_DARK, width=12)


def _washing_machine(draw: Draw, random: Random, accent: str, floor: int) -> None:
    _tiles(draw, floor)
    left = random.randint(280, 460)
    draw.rounded_rectangle((left, 170, left + 460, floor + 70), 20, fill=_WHITE, outline=_STEEL, width=6)
    draw.rectangle((left + 20, 190, left + 440, 270), fill="#e6eaee")
    draw.ellipse((left + 350, 200, left + 410, 260), fill=accent)
    draw.rectangle((left + 50, 210, left + 210, 250), fill=_DARK)
    draw.ellipse((left + 70, 310, left + 390, 630), fill=_STEEL)
    draw.ellipse((left + 110, 350, left + 350, 590), fill="#7fb9d8")
    level = random.randint(420, 500)
    draw.chord((left + 110, 350, left + 350, 590), 20 + (level - 420) // 4, 160 - (level - 420) // 4, fill="#4c8fb8")
    draw.ellipse((60, floor + 60, 60 + random.randint(240, 620), floor + 130), fill="#7fb9d8")


def _tiles(draw: Draw, bottom: int) -> None:
    for x in range(0, SIZE[0], 120):
        draw.line((x, 0, x, bottom), fill="#ffffff", width=4)
    for y in range(0, bottom, 120):
        draw.line((0, y, SIZE[0], y), fill="#ffffff", width=4)


_SCENES: dict[str, Callable[[Draw, Random, str, int], None]] = {
    "plumbing": _tap_and_sink,
    "electrical": _lamp_and_sockets,
    "carpentry": _door,
    "painting": _wall_half_painted,
    "landscaping": _garden,
    "cleaning": _bucket_and_window,
    "hvac": _radiator_and_cooler,
    "appliance": _washing_machine,
}
