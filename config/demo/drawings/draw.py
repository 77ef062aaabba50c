"""Draw the pictures of the demonstration: `python config/demo/pictures/draw.py`.

They lie beside this file, so nobody needs to run it; it stays to say where they come from.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
FONT = HERE.parents[2] / "static" / "fonts" / "reading-serif-latin-roman.woff2"
PAPER, INK, QUIET, RULE = "#F3F0E9", "#16202B", "#5B6571", "#DDD8CC"
BLUE, PALE_BLUE, BRASS, RED = "#1D4F7C", "#C6D6E4", "#7A5A17", "#9B1C1C"
SIZE = (1200, 780)
# Drawn larger and scaled down, which smooths every edge.
FINE = 2
COLOURS = 48


class Sheet:
    """A sheet of paper with a pen; all places and lengths in pixels of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def text(
        self, at: tuple[float, float], words: str, *, size: int = 40, colour: str = INK,
        anchor: str = "ls", weight: int = 400,
    ) -> None:  # fmt: skip
        """Write `words`; `anchor` as Pillow has it, from the left on the line unless said otherwise."""
        font = ImageFont.truetype(str(FONT), size * FINE)
        font.set_variation_by_axes([weight])
        self.pen.text((at[0] * FINE, at[1] * FINE), words, colour, font, anchor=anchor)

    def box(self, *corners: float, fill: str | None = None, line: str | None = None) -> None:
        """Draw a rectangle from its upper left to its lower right corner."""
        places = tuple(place * FINE for place in corners)
        self.pen.rectangle(places, fill, line, width=3 * FINE if line else 0)

    def line(self, *places: float, colour: str = INK, width: float = 3, dash: int = 0) -> None:
        """Draw a straight line, in dashes of a length if one is given."""
        x, y, to_x, to_y = places
        length = max(abs(to_x - x), abs(to_y - y))
        step = dash * 2 or length
        for start in range(0, int(length), int(step)):
            part, end = start / length, min(start + (dash or length), length) / length
            points = [x + (to_x - x) * part, y + (to_y - y) * part]
            points += [x + (to_x - x) * end, y + (to_y - y) * end]
            self.pen.line([p * FINE for p in points], colour, round(width * FINE))

    def save(self, name: str) -> None:
        """Write it small, in few colours."""
        small = self.image.resize(SIZE, Image.Resampling.LANCZOS)
        path = HERE / name
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def levels() -> None:
    """The floor of hall 2 and the water, in centimetres above and below the old floor."""
    sheet, left, zero, scale = Sheet(), 490, 640, 2.95

    def at(centimetres: float) -> float:
        return zero - centimetres * scale

    sheet.text((60, 84), "Hall 2, above the old floor", size=44, weight=600)
    sheet.box(left, at(26), 1200, SIZE[1], fill=PALE_BLUE)
    sheet.box(left + 250, at(90), 1200, at(74), fill=INK)
    for x in (left + 310, left + 470, left + 630):
        sheet.box(x, at(74), x + 22, SIZE[1], fill=QUIET)
    sheet.line(left, at(0), 1200, at(0), colour=INK, width=4)
    rows = [
        (150, "150 cm", "if raised again", QUIET, 400),
        (90, "90 cm", "new floor", BLUE, 600),
        (26, "26 cm", "second flood", INK, 400),
        (11, "11 cm", "first flood", INK, 400),
        (0, "0", "old floor", INK, 600),
    ]
    places = {150: at(150), 90: at(90), 26: at(26) - 18, 11: at(11) - 2, 0: at(0) + 26}
    for level, figure, words, colour, weight in rows:
        sheet.text((195, places[level] + 13), figure, colour=colour, anchor="rs", weight=weight)
        sheet.text((215, places[level] + 13), words, colour=colour, weight=weight, size=38)
        is_plan = level == 150
        sheet.line(left, at(level), 1200, at(level), colour=colour, dash=14 if is_plan else 0,
                   width=4 if level == 90 else 2)  # fmt: skip
    sheet.text((left + 24, SIZE[1] - 40), "the Rhine", colour=BLUE, size=40)
    sheet.save("levels.png")


def plan() -> None:
    """The four strips of hall 2 from above, and the drain where it was drawn and where it ran."""
    sheet, top, bottom, left, wide = Sheet(), 190, 610, 60, 270
    sheet.text((60, 84), "Hall 2 from above", size=44, weight=600)
    for number in range(4):
        x = left + number * wide
        sheet.box(x, top, x + wide, bottom, fill="#FFFFFF" if number < 3 else "#EFE6D2", line=INK)
        sheet.text((x + 24, top + 62), f"Strip {number + 1}", colour=QUIET, size=40)
    drawn, found = left + 3 * wide + 160, left + 3 * wide + 232
    sheet.line(drawn, top - 40, drawn, bottom + 40, colour=QUIET, width=5, dash=16)
    sheet.line(found, top - 40, found, bottom + 40, colour=RED, width=9)
    sheet.text((940, bottom + 84), "as drawn", colour=QUIET, anchor="rs")
    sheet.text((1140, bottom + 84), "as found", colour=RED, anchor="rs", weight=600)
    sheet.line(drawn, 480, found, 480, colour=INK, width=3)
    for x in (drawn, found):
        sheet.line(x, 466, x, 494, colour=INK, width=3)
    sheet.text((drawn - 18, 493), "1.6 m", anchor="rs", size=38)
    sheet.text((left, bottom + 140), "West", colour=QUIET, size=36)
    sheet.text((left + 4 * wide, bottom + 140), "East", colour=QUIET, size=36, anchor="rs")
    sheet.save("plan.png")


def surprises() -> None:
    """What the surprises of the rebuilding cost, in millions of euros, against the fund for them."""
    rows = [
        ("Piles, strip 3", 1.9),
        ("Piles, strip 2", 1.7),
        ("Drain and Saturdays", 1.2),
        ("Crane and ramp", 0.9),
        ("Concrete", 0.8),
    ]
    sheet, left, scale, y = Sheet(), 480, 300, 180
    sheet.text((60, 84), "Surprises, in millions of euros", size=44, weight=600)
    for words, cost in rows:
        sheet.text((left - 24, y + 46), words, anchor="rs")
        sheet.box(left, y, left + cost * scale, y + 64, fill=BLUE)
        sheet.text((left + cost * scale + 20, y + 46), f"{cost}", weight=600)
        y += 92
    sheet.line(60, y + 10, 1140, y + 10, colour=INK, width=2)
    sheet.text((60, y + 72), "Together 6.5", weight=600, colour=RED)
    sheet.text((1140, y + 72), "the fund held 3.0", anchor="rs", colour=BRASS)
    sheet.save("surprises.png")


if __name__ == "__main__":
    levels()
    plan()
    surprises()
