"""A public post as Markdown: for programs, and for people who keep texts.

It is made from the HTML that readers see. The source that was typed may hold remarks and links that
no page shows.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from markdownify import MarkdownConverter

from blog.cited import in_answer_to
from blog.markup import absolute
from blog.models import Post, Version

_MEANT = re.compile(r"([\\`*_\[\]<>#|~])")
_NOTE = re.compile(r"\[?(\d+)\]?")


class _Converter(MarkdownConverter):
    """Writes the elements our HTML has; what it does not know it writes as its text."""

    def convert_sup(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write a reference to a footnote as Markdown does."""
        found = _NOTE.fullmatch(element.get_text().strip())
        return f"[^{found[1]}]" if found and "footnote-ref" in element.get("class", ()) else text

    def convert_section(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write footnotes as definitions; the way back from each goes."""
        if "footnotes" not in element.get("class", ()):
            return f"\n\n{text}\n\n"
        for back in element.select("a.footnote-backref"):
            back.decompose()
        notes = [" ".join(note.get_text(" ").split()) for note in element.select("ol > li")]
        said = (f"[^{number}]: {escaped(note)}" for number, note in enumerate(notes, 1))
        return "\n\n" + "\n\n".join(said) + "\n"

    def convert_figcaption(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write what stands under a picture as a paragraph of its own."""
        return f"\n\n{text.strip()}\n\n"


def escaped(text: str) -> str:
    """Return a plain text so that Markdown shows it as it is."""
    return _MEANT.sub(r"\\\1", text)


def from_html(html: str) -> str:
    """Return sanitised HTML as Markdown."""
    converter = _Converter(
        heading_style="ATX",
        bullets="-",
        escape_misc=True,
        code_language_callback=_language,
    )
    return re.sub(r"\n{3,}", "\n\n", converter.convert(html)).strip()


def of_post(post: Post) -> str:
    """Return a public post whole, with what its page says above and below the words."""
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None or post.published_at is None:
        raise ValueError("Only a public post has words to give.")
    address = settings.SITE_URL + post.get_absolute_url()
    day = date_format(timezone.localtime(post.published_at), "j F Y")
    parts = [
        f"# {escaped(version.title)}",
        escaped(version.standfirst),
        f"{escaped(version.byline_line)}, {day}. <{address}>",
        "\n".join(f"- {escaped(point)}" for point in version.brief),
        _answered(version),
        from_html(absolute(rendering.html, address)),
        _elsewhere(version),
        _named(_("Disclosure"), version.disclosure),
        _named(_("Legal note"), version.legend),
        *(_named(_("Correction"), notice.sentence) for notice in post.correction_notices),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _answered(version: Version) -> str:
    answered = version.answered
    if answered is None:
        return ""
    line = in_answer_to(_link(answered.title, answered.url), escaped(answered.author))
    quoted = (f"> {escaped(part)}" for part in answered.quote.splitlines())
    return "\n\n".join(filter(None, (line, "\n".join(quoted))))


def _elsewhere(version: Version) -> str:
    links = [
        f"- {_link(one.title, one.url)}, {escaped(one.source)}" for one in version.links_elsewhere
    ]
    return f"## {_('From elsewhere')}\n\n" + "\n".join(links) if links else ""


def _link(title: str, url: str) -> str:
    return f"[{escaped(title)}](<{url}>)"


def _named(name: str, text: str) -> str:
    return f"**{name}.** {escaped(text)}" if text else ""


def _language(element: Any) -> str:
    """Return the language of a block of code, as its class names it."""
    code = element.find("code")
    names = code.get("class", ()) if code else ()
    found = (name.removeprefix("language-") for name in names if name.startswith("language-"))
    return next(found, "")
