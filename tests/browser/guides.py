"""Guides whose every picture is made by a test: taking the pictures, and reading which a guide shows."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from PIL import Image as Pillow
from playwright.sync_api import Page

DOCS = Path(__file__).resolve().parents[2] / "docs"
COLOURS = 64
MARGIN = 12
SCHEMES = ("light", "dark")


class Album:
    """The pictures of one guide in one colour scheme; `KEEP_PICTURES=1` puts them into `docs/img`."""

    def __init__(self, guide: str, scheme: str, elsewhere: Path) -> None:
        self.scheme = scheme
        is_kept = os.environ.get("KEEP_PICTURES") == "1"
        self.folder = DOCS / "img" / guide if is_kept else elsewhere
        self.folder.mkdir(parents=True, exist_ok=True)
        self.steps: list[str] = []

    def __call__(self, page: Page, step: str, *selectors: str, height: int = 0) -> None:
        """Keep what lies between the first and the last of the named parts of a page, for one step.

        With `height` it ends there, however far the parts reach. Sixty-four colours are enough for a
        page without a photograph, and make a third of the bytes.
        """
        page.evaluate("document.activeElement?.blur()")
        boxes = [page.locator(selector).first.bounding_box() for selector in selectors]
        found = [box for box in boxes if box]
        assert len(found) == len(selectors), (step, selectors)
        left = max(0, min(box["x"] for box in found) - MARGIN)
        top = max(0, min(box["y"] for box in found) - MARGIN)
        right = max(box["x"] + box["width"] for box in found) + MARGIN
        bottom = max(box["y"] + box["height"] for box in found) + MARGIN
        window = page.viewport_size or {"width": 0, "height": 0}
        assert height or bottom - MARGIN <= window["height"], f"{step} would be cut off"
        deep = min(bottom, window["height"]) - top
        taken = page.screenshot(
            clip={
                "x": left,
                "y": top,
                "width": min(right, window["width"]) - left,
                "height": min(deep, height) if height else deep,
            },
            animations="disabled",
            caret="hide",
        )
        self.keep(step, taken)

    def keep(self, step: str, taken: bytes) -> None:
        """Write one picture, small."""
        with Pillow.open(io.BytesIO(taken)) as picture:
            small = picture.convert("RGB").quantize(COLOURS, dither=Pillow.Dither.NONE)
            small.save(self.folder / f"{step}-{self.scheme}.png", optimize=True)
        self.steps.append(step)


def pictures_of(guide: str) -> tuple[set[str], set[str]]:
    """Return the names of the pictures that a guide shows, and of those that lie in its folder."""
    text = (DOCS / "guides" / f"{guide}.md").read_text(encoding="utf-8")
    shown = set(re.findall(rf"img/{guide}/([a-z-]+)\.png", text))
    return shown, {path.stem for path in (DOCS / "img" / guide).glob("*.png")}


def both(steps: tuple[str, ...]) -> set[str]:
    """Return the names of the pictures of these steps in light and in dark."""
    return {f"{step}-{scheme}" for step in steps for scheme in SCHEMES}
