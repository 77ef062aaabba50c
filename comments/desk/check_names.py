"""What the report calls each check of the spam filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

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
    "learned": _("Learned, all together"),
    "learned_words": _("Learned: words"),
    "learned_letters": _("Learned: letters"),
    "learned_name": _("Learned: name"),
    "learned_link": _("Learned: links and addresses"),
    "learned_signs": _("Learned: signs together"),
    "learned_site": _("Learned on this site"),
}


def check_name(slug: str) -> str:
    """Return the name of a check; of one that is no more, the slug it had."""
    return str(CHECK_NAMES.get(slug, slug))
