"""Colours that can be read: contrast by WCAG 2.2, and a light twin for the dark page."""

from __future__ import annotations

import re

LIGHT_PAGE = "#FBFAF7"
DARK_PAGE = "#0F151C"
READABLE = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum), level AA, for body text

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def _channels(value: str) -> tuple[float, float, float]:
    if not _HEX.fullmatch(value):
        raise ValueError(f"not a colour: {value!r}")
    red, green, blue = (int(value[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def luminance(value: str) -> float:
    """Return the relative luminance of `#RRGGBB`, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(value)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(value: str, target: str, share: float) -> str:
    """Return `value` moved towards `target` by `share`, 0 to 1, in plain sRGB."""
    pairs = zip(_channels(value), _channels(target), strict=True)
    return "#" + "".join(f"{round((a + (b - a) * share) * 255):02X}" for a, b in pairs)


def readable_on_dark(value: str, *, ratio: float = 7.0) -> str:
    """Return `value`, lightened as little as needed for `ratio` against the dark page."""
    for step in range(21):
        lighter = mixed(value, "#FFFFFF", step / 20)
        if contrast(lighter, DARK_PAGE) >= ratio:
            return lighter
    return "#FFFFFF"


def accent_rule(accent: str) -> str:
    """Return the rule of CSS that sets an accent, `#RRGGBB`, readable on the light and on the dark page.

    Raises:
        ValueError: for anything else.
    """
    dark = readable_on_dark(accent)
    hover_light, hover_dark = mixed(accent, "#000000", 0.25), mixed(dark, "#FFFFFF", 0.4)
    return (
        f":root{{--accent:light-dark({accent},{dark});"
        f"--accent-hover:light-dark({hover_light},{hover_dark})}}\n"
    )
