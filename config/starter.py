"""The pages that a new site begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy

from blog import workflow
from blog.models import Author, Post, Site
from blog.words import Words
from config.privacy import comment_policy_text, privacy_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


_ABOUT = gettext_lazy("""\
Say who writes here, and why. Three short paragraphs are enough:

- Who are you, and what does your company do?
- What will you write about, and what will you leave out?
- How often, and who helps you?

Readers open this page when they ask themselves whether to trust you. Plain facts do it best.
""")

_CONTACT = gettext_lazy("""\
Say how people reach you:

- an e-mail address that somebody reads
- for journalists: a name and a telephone number
- your postal address; in many countries the law asks for it

And remind readers that under every post they can leave a note **only to the author**.
""")


@dataclass(frozen=True)
class StarterPage:
    """One page: its address, title, text, place in the menu, and whether it can go out as it is."""

    slug: str
    title: StrOrPromise
    text: Callable[[Site], str]
    menu_place: str
    is_ready: bool


PAGES = (
    StarterPage(
        "privacy", gettext_lazy("Privacy"), privacy_text, Post.MenuPlace.FOOTER, is_ready=True
    ),
    StarterPage(
        "comment-policy",
        gettext_lazy("Comment policy"),
        comment_policy_text,
        Post.MenuPlace.FOOTER,
        is_ready=True,
    ),
    StarterPage(
        "about",
        gettext_lazy("About"),
        lambda site: str(_ABOUT),
        Post.MenuPlace.HEADER,
        is_ready=False,
    ),
    StarterPage(
        "contact",
        gettext_lazy("Contact"),
        lambda site: str(_CONTACT),
        Post.MenuPlace.FOOTER,
        is_ready=False,
    ),
)


def make_pages(site: Site, author: Author, *, by: User, publish: bool, channel: str) -> None:
    """Write the pages that are missing, as `by`; with `publish`, sign and publish those that are ready."""
    there = set(Post.objects.pages().values_list("slug", flat=True))
    for order, page in enumerate(PAGES, start=1):
        if page.slug not in there:
            _make(page, site, author, order, by=by, publish=publish, channel=channel)


def _make(
    page: StarterPage,
    site: Site,
    author: Author,
    order: int,
    *,
    by: User,
    publish: bool,
    channel: str,
) -> None:
    words = Words(title=str(page.title), body=page.text(site), author=author)
    post = workflow.create_post(words, by=by, slug=page.slug, kind=Post.Kind.PAGE, channel=channel)
    post.menu_place = page.menu_place
    post.menu_order = order * 10
    post.save(update_fields=["menu_place", "menu_order"])
    if publish and page.is_ready:
        workflow.publish(post, by=by, seen=1, channel=channel)
