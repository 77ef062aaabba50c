"""What search engines are told of a page, in the words of schema.org (JSON-LD 1.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from blog.cited import Answered, FurtherLink
from blog.models import Author, Post, Site

Data = dict[str, Any]


def of_site(site: Site) -> Data:
    """Return what the front page is: the site, who speaks there, and how it is searched."""
    search = f"{settings.SITE_URL}{reverse('blog:search')}?q={{search_term_string}}"
    return _whole(
        "Blog",
        name=site.name,
        description=site.tagline,
        url=f"{settings.SITE_URL}/",
        image=_absolute(site.portrait_url),
        potentialAction={
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    )


def of_author(author: Author) -> Data:
    """Return who a byline is."""
    return {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": _person(author)}


def of_post(
    post: Post, site: Site, *, comments: int, card: str = "", others: Iterable[Post] = ()
) -> Data:
    """Return what a public post is: its words, who wrote them, and what was corrected.

    `creditText` credits those who made a work, and `backstory` says how it came about: the honest
    line and the disclosure stand there as they stand on the page.

    Args:
        comments: how many are visible.
        card: the address of its picture for other sites.
        others: the same post in other languages.
    """
    version = post.live_version
    if version is None:
        return {}
    lead, url = version.lead_picture, settings.SITE_URL + post.get_absolute_url()
    return _whole(
        "BlogPosting",
        headline=version.title,
        description=version.description,
        url=url,
        mainEntityOfPage=url,
        datePublished=_moment(post.published_at),
        dateModified=_moment(post.last_changed_at),
        author={**_person(version.author), "name": version.byline},
        creditText=version.byline_line,
        backstory=version.disclosure,
        image=lead.absolute_url if lead else card,
        wordCount=post.live_rendering.words if post.live_rendering else 0,
        commentCount=comments,
        publisher=_said("Organization", name=site.name, logo=_absolute(site.logo_url)),
        isPartOf=_said("Blog", name=site.name, url=f"{settings.SITE_URL}/"),
        correction=[
            _said("CorrectionComment", text=notice.sentence, datePublished=_moment(notice.at))
            for notice in post.correction_notices
        ],
        inLanguage=post.language_code,
        citation=_answered(version.answered),
        mentions=[_elsewhere(link) for link in version.links_elsewhere],
        **_translations(post, others),
    )


def _answered(answered: Answered | None) -> Data | None:
    if answered is None:
        return None
    by = _said("Person", name=answered.author) if answered.author else None
    said = {"name": answered.title, "url": answered.url, "author": by, "abstract": answered.quote}
    return _said("CreativeWork", **said)


def _elsewhere(link: FurtherLink) -> Data:
    by = _said("Organization", name=link.source)
    return _said("CreativeWork", name=link.title, url=link.url, publisher=by)


def _translations(post: Post, others: Iterable[Post]) -> dict[str, list[Data]]:
    """Return its translations, or what it translates, where readers see these."""
    found: dict[str, list[Data]] = {"workTranslation": [], "translationOfWork": []}
    for other in others:
        is_original = post.translation_of_id == other.pk
        name = "translationOfWork" if is_original else "workTranslation"
        url = settings.SITE_URL + other.get_absolute_url()
        said = _said("BlogPosting", headline=other.title, url=url, inLanguage=other.language_code)
        if is_original or post.translation_of_id is None:
            found[name].append(said)
    return found


def _person(author: Author) -> Data:
    return _said(
        "Person",
        name=author.name,
        url=settings.SITE_URL + author.get_absolute_url(),
        jobTitle=author.role,
        description=author.bio,
        image=_absolute(author.portrait_url),
        sameAs=[link.url for link in author.links],
    )


def _whole(kind: str, **values: Any) -> Data:
    return {"@context": "https://schema.org", **_said(kind, **values)}


def _said(kind: str, **values: Any) -> Data:
    """Return a thing with what is known of it; a count of nothing is known, too."""
    return {
        "@type": kind,
        **{name: value for name, value in values.items() if value not in ("", [], None)},
    }


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def _absolute(url: str) -> str:
    return settings.SITE_URL + url if url else ""
