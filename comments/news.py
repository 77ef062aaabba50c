"""What a mail tells a reader of one thing that happened to a comment or a note of hers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment, Notice
from comments.private_links import private_path

What = Notice.What
QUOTED = 2000
"""Characters of an answer that a mail quotes."""

_OF_A_COMMENT = {
    What.APPROVED: gettext_lazy("Your comment on “%(title)s” is public. Thank you for it."),
    What.REFUSED: gettext_lazy("Your comment on “%(title)s”: %(state)s. %(sentence)s"),
    What.ANSWERED: gettext_lazy("%(who)s answered your comment on “%(title)s”:"),
    What.EDIT_TAKEN: gettext_lazy("The new wording of your comment on “%(title)s” is public."),
    What.EDIT_REFUSED: gettext_lazy(
        "We read your new wording of your comment on “%(title)s”, and the earlier one stays."
    ),
}
_OF_A_NOTE = {
    What.APPROVED: gettext_lazy("Your note on “%(title)s” is public. Thank you for it."),
    What.REFUSED: gettext_lazy("Your note on “%(title)s”: %(state)s. %(sentence)s"),
    What.ANSWERED: gettext_lazy("%(who)s answered your note on “%(title)s”:"),
    What.EDIT_TAKEN: gettext_lazy("The new wording of your note on “%(title)s” is public."),
    What.EDIT_REFUSED: gettext_lazy(
        "We read your new wording of your note on “%(title)s”, and the earlier one stays."
    ),
}


@dataclass(frozen=True)
class News:
    """One thing to tell: a sentence, perhaps a quotation, and where to read on."""

    sentence: str
    label: str
    link: str
    quoted: str = ""


def news(notice: Notice) -> News:
    """Return what a notice tells."""
    comment = notice.comment
    if notice.what == What.ANSWERED and notice.answer:
        return _answer(notice, notice.answer)
    if notice.what in {What.REFUSED, What.EDIT_REFUSED}:
        mine = settings.SITE_URL + private_path(comment)
        said = {"state": comment.state_title.lower(), "sentence": comment.state_sentence}
        return News(_sentence(notice, **said), _("Your private page"), mine)
    here = settings.SITE_URL + comment.permalink
    return News(_sentence(notice), _("See it under the post"), here)


def _answer(notice: Notice, answer: Comment) -> News:
    who = f"{answer.name} ({answer.badge})" if answer.badge else answer.name
    body = answer.body if len(answer.body) <= QUOTED else f"{answer.body[: QUOTED - 1]}…"
    link = settings.SITE_URL + answer.permalink
    return News(_sentence(notice, who=who), _("Read it in the conversation"), link, body)


def _sentence(notice: Notice, **said: Any) -> str:
    sentences = _OF_A_NOTE if notice.comment.is_private else _OF_A_COMMENT
    return str(sentences[What(notice.what)]) % {"title": notice.post.title, **said}
