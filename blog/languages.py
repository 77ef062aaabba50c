"""The languages that posts are written in: their codes (BCP 47), their own names, and their direction."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy

LENGTH = 35
"""Characters of a code; RFC 5646, section 4.4.1, names it as enough."""

COMMON = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "he", "hi"),
    *("hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru"),
    *("sk", "sl", "sv", "th", "tr", "uk", "ur", "vi", "zh-Hans", "zh-Hant"),
)
"""Those that the form offers; every other has a code that can be typed."""

UNKNOWN = gettext_lazy(
    "We know no language by that name. Write its code: de for German, pt-BR for Portuguese in Brazil."
)

# Language, script, region, variants: what a reader's browser can use of BCP 47.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.ASCII,
)
# Scripts written from right to left, and languages that are mostly written in one of them.
_RTL_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
_RTL_LANGUAGES = frozenset(
    {"ar", "arc", "arz", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "lrc", "mzn", "nqo", "pnb"}
) | frozenset({"prs", "ps", "sd", "skr", "syr", "ug", "ur", "yi"})


def read(text: str) -> str:
    """Return the code of a language as it is kept: `pt_br` is `pt-BR`, and `Deutsch` is `de`.

    Raises:
        ValueError: with a sentence, when it is neither a code nor the name of a known language.
    """
    typed = " ".join(text.split())
    if not typed:
        return ""
    code = _by_name().get(typed.casefold()) or _spelt(typed.replace("_", "-"))
    if not code or len(code) > LENGTH:
        raise ValueError(UNKNOWN)
    return code


def _spelt(code: str) -> str:
    """Return a code with its capitals where BCP 47 puts them, or nothing when it is none."""
    match = _TAG.fullmatch(code.lower())
    if match is None:
        return ""
    script, region = match["script"] or "", match["region"] or ""
    parts = (match["language"], script.title(), region.upper(), match["variants"].strip("-"))
    return "-".join(filter(None, parts))


def of_site() -> str:
    """Return the code of the language that everything is in which says nothing else."""
    return read(settings.LANGUAGE_CODE)


def name_of(code: str) -> str:
    """Return what a language calls itself; the code, where we do not know."""
    lower = code.lower()
    language = lower.partition("-")[0]
    # Whoever reads English looks for “English”, wherever she lives.
    exact = None if language == "en" else LANG_INFO.get(lower)
    known = exact or LANG_INFO.get(language) or {}
    # Django spells Vietnamese with letters and marks apart.
    name = normalize("NFC", str(known.get("name_local", "")))
    return name[:1].upper() + name[1:] or code


def is_rtl(code: str) -> bool:
    """Whether a language is written from right to left, in the script its code names or its usual one."""
    match = _TAG.fullmatch(code.lower())
    if match is None:
        return False
    script = (match["script"] or "").title()
    return script in _RTL_SCRIPTS if script else match["language"] in _RTL_LANGUAGES


def common() -> list[tuple[str, str]]:
    """Return the languages that the form offers, by code, with their own names."""
    return [(code, name_of(code)) for code in COMMON]


@cache
def _by_name() -> dict[str, str]:
    """Return codes by the names of languages, in English and in their own words."""
    return {
        str(known[name]).casefold(): _spelt(code)
        for code, known in LANG_INFO.items()
        for name in ("name", "name_local")
        if name in known
    }
