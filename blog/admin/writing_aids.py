"""What stands beside a text while it is written: how long it is, and what an editor would point out."""

from __future__ import annotations

from dataclasses import dataclass

from blog import markup
from blog.advice import BRIEF_SECONDS, Advice, Draft, advice_on
from blog.form_values import BRIEF_FIELDS
from blog.forms import PostForm
from blog.models import Post
from blog.typed import is_too_long


@dataclass(frozen=True)
class Aids:
    """Counts and advice; `brief_seconds` is how long reading In brief takes.

    `lacks_brief` tells of a post of which lists show nothing but the title.
    """

    words: int
    minutes: int
    brief_seconds: int
    advice: list[Advice]
    lacks_brief: bool = False

    @property
    def is_brief_long(self) -> bool:
        """Whether In brief takes longer than it should."""
        return self.brief_seconds > BRIEF_SECONDS


def aids(form: PostForm) -> Aids | None:
    """Return what to say about the words in the form, or `None` for more than any text may hold."""
    if is_too_long(form):
        return None
    draft = _draft(form)
    words = markup.render(draft.body, draft.markup).words
    advice = [one for one in advice_on(draft) if one.field in form.fields]
    is_bare = form.kind == Post.Kind.POST and not (any(draft.brief) or _said(form, "standfirst"))
    return Aids(
        words,
        markup.minutes(words),
        draft.brief_seconds,
        advice,
        lacks_brief=bool(words) and is_bare,
    )


def _draft(form: PostForm) -> Draft:
    latest = form.post.latest_version if form.post else None
    # What this form does not ask for stays as it is.
    disclosure = _said(form, "disclosure") or (latest.disclosure if latest else "")
    return Draft(
        body=_said(form, "body"),
        title=_said(form, "title"),
        markup=form.markup,
        brief=tuple(_said(form, name) for name in BRIEF_FIELDS),
        authorship=_said(form, "authorship"),
        authorship_detail=_said(form, "authorship_detail"),
        disclosure=disclosure,
    )


def _said(form: PostForm, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""
