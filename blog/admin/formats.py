"""What people call the kinds of export that imports come from."""

from __future__ import annotations

_NAMES = {
    "wordpress": "WordPress",
    "ghost": "Ghost",
    "disqus": "Disqus",
    "linkedin": "LinkedIn",
    "markdown": "Markdown",
}


def called(source: str) -> str:
    """Return the name of a format, `WordPress` for `wordpress`; another one as it is kept."""
    return _NAMES.get(source, source)
