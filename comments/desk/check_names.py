"""What the report calls each check of the spam filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.spam.policy import voice_of
from comments.spam.what_if import Alone

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHECK_NAMES: dict[str, StrOrPromise] = {
    "links": _("Links"),
    "words": _("Words that sell"),
    "name": _("Name"),
    "address": _("E-mail address"),
    "gibberish": _("Gibberish"),
    "scrambled": _("Swapped letters"),
    "praise": _("Praise for any post"),
    "overlap": _("Words of the post"),
    "padding": _("Links far down"),
    "templates": _("Remains of a template"),
    "duplicates": _("Said before"),
    "company": _("Shared links and networks"),
    "timing": _("Time to write"),
    "trap": _("Hidden field"),
    "origin": _("Origin of the form"),
    "mixed_script": _("Mixed scripts"),
    "disguise": _("Disguised words"),
    "impersonation": _("Names of ours"),
    "language": _("Language"),
    "history": _("Earlier decisions"),
    "domain": _("Domain of the address"),
    "blocklist": _("Blocklist"),
    # As the desk says them.
    "learned": _("Compared with known spam, all together"),
    "learned_words": _("The words, compared with those of known spam"),
    "learned_letters": _("Parts of the words, compared with those of known spam"),
    "learned_name": _("The name, compared with those of known spam"),
    "learned_link": _("Links and address, compared with those of known spam"),
    "learned_signs": _("How text, name and link go together, compared with known spam"),
    "learned_site": _("What your own decisions have taught"),
}


def check_name(slug: str) -> str:
    """Return the name of a check; of one that is no more, the slug it had."""
    return str(CHECK_NAMES.get(slug, slug))


def with_parts(alone: Sequence[Alone]) -> list[tuple[str, bool, Alone]]:
    """Return each check with its name and whether it is a part of the one above it.

    What was learned elsewhere is one check; its rows, where they are there beside it, follow it.
    """
    checks = {one.check for one in alone}
    families: dict[str, list[Alone]] = {}
    for one in alone:
        voice = voice_of(one.check)
        families.setdefault(voice if voice in checks else one.check, []).append(one)
    return [
        (check_name(one.check), one.check != family, one)
        for family, rows in families.items()
        for one in sorted(rows, key=lambda row: row.check != family)
    ]
