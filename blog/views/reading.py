"""Posts and pages, and the lists that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from blog.archive import counts_by_year, posts_of, years_at_once
from blog.lists import page_number, paged
from blog.menu import all_topics, navigation_of
from blog.middleware import site_of
from blog.models import Author, Post, PublicChange, Series, Topic
from blog.models.post import PostQuerySet
from blog.neighbours import neighbours, place_in_series
from blog.page_store.saying import FROM_2, kept
from blog.path_spelling import NAMING
from blog.prepared import Prepared
from blog.related.reading import related_to
from blog.search.finding import search as find
from blog.translations import Editions, editions, with_whether_translated

_PAGES = {"page": FROM_2}
_keeping_text = kept(
    by={"order": re.compile("newest"), "comments": FROM_2},
    unless=frozenset({"reply"}),
    is_read=True,
)


@kept(unless=NAMING)
@require_safe
def index(request: HttpRequest, number: int = 1) -> HttpResponse:
    """The front page: the newest post with room, then the others, 20 on a page."""
    site = site_of(request)
    if not site.is_set_up:
        return render(request, "blog/not_set_up.html")
    found = navigation_of(site)
    page = paged(
        _posts(), number, lambda n: reverse("blog:index_page", args=[n]), reverse("blog:index")
    )
    lead, rest = (page.rows[0], page.rows[1:]) if number == 1 and page.rows else (None, page.rows)
    context = {"menu": found.menu, "topics": found.topics, "years": found.years}
    context["has_more_topics"] = found.has_more_topics
    context |= {"lead": lead, "posts": rest, "page": number, **page.addresses}
    return render(request, "blog/post_list.html", context)


@_keeping_text
@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """One post with its thread, or the notice in place of a retracted one."""
    return post_response(request, _found(_post_at, slug))


@_keeping_text
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, such as About."""
    return post_response(request, _found(_page_at, slug))


def post_response(
    request: HttpRequest,
    post: Post,
    *,
    topics: Iterable[Topic] | None = None,
    is_preview: bool = False,
    is_framed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render a post or page as readers see it; `post` carries the version and rendering to show.

    Args:
        topics: what it is about, unless that is stored.
        is_preview: whether it is shown to those who write it.
        is_framed: whether it stands beside the form, where nothing has to say that it is no page.
    """
    if post.is_retracted and not is_preview:
        return render(request, "blog/post_retracted.html", {"post": post})
    found = editions(post)
    context: dict[str, object] = {"post": post, "is_preview": is_preview, "is_framed": is_framed}
    context["editions"] = found
    if is_preview:
        # The page names its own address, which will not be that of the preview.
        context["canonical_url"] = settings.SITE_URL + post.get_absolute_url()
    if post.kind == Post.Kind.PAGE:
        return render(request, "blog/page_detail.html", context, status=status)
    # Read here, that no fragment has to ask for them: those are remembered.
    _ = post.corrections
    newer, older = neighbours(post)
    context |= {
        "newer": newer,
        "older": older,
        "series": place_in_series(post, is_preview=is_preview),
        "related": [] if is_preview else related_to(post),
        "topics": list(_topics_of(post=post.pk) if topics is None else topics),
    }
    response = render(request, "blog/post_detail.html", context, status=status)
    if not is_preview:
        response.headers["Link"] = _links(post, found)
    return response


def _links(post: Post, found: Editions) -> str:
    """Return what belongs to a post, as RFC 8288 writes it, for programs that read no HTML."""
    kinds = {
        ("canonical", "text/html"): post.get_absolute_url(),
        ("alternate", "text/markdown"): reverse("blog:markdown", args=[post.slug]),
        ("alternate", "application/atom+xml"): reverse("blog:feed"),
        ("alternate", "application/feed+json"): reverse("blog:feed_json"),
    }
    links = [
        f'<{settings.SITE_URL}{path}>; rel="{rel}"; type="{kind}"'
        for (rel, kind), path in kinds.items()
    ]
    links += [f'<{a.url}>; rel="alternate"; hreflang="{a.code}"' for a in found.alternates]
    return ", ".join(links)


@kept(by=_PAGES)
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The posts on one topic."""
    found = get_object_or_404(Topic.objects.filter(post__in=_public()).distinct(), slug=slug)
    posts = _page_of_list(request, _posts().filter(topics=found), found.get_absolute_url())
    return render(request, "blog/topic_detail.html", {"topic": found, **posts})


@kept(by=_PAGES)
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts of one series, first part first."""
    found = get_object_or_404(Series.objects.filter(posts__in=_public()).distinct(), slug=slug)
    parts = _posts().filter(series=found).order_by("series_part", "published_at", "pk")
    posts = _page_of_list(request, parts, found.get_absolute_url())
    return render(request, "blog/series_detail.html", {"series": found, **posts})


@kept(by=_PAGES)
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything under one byline."""
    authors = Author.objects.filter(versions__live_posts__in=_public())
    found = get_object_or_404(authors.distinct(), slug=slug)
    mine = _posts().filter(live_version__author=found)
    posts = _page_of_list(request, mine, found.get_absolute_url())
    return render(request, "blog/author_detail.html", {"author": found, **posts})


@kept()
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Every post by year and month, newest first, and every topic; of a large one the newest years."""
    counts = counts_by_year()
    shown = years_at_once(counts)
    context = {
        "years": posts_of(*shown) if shown else [],
        "apart": {year: count for year, count in counts.items() if year not in shown},
        "topics": all_topics(),
    }
    return render(request, "blog/archive.html", context)


@kept()
@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """The posts of one year."""
    found = posts_of(year)
    if not found:
        raise Http404
    return render(request, "blog/archive.html", {"years": found, "year": year})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Posts, pages and comments that hold what `?q=` asks for."""
    return render(request, "blog/search.html", {"answer": find(request.GET)})


def _public() -> PostQuerySet:
    """Return public posts. A topic, a series or a byline without one has no address.

    Its very name may belong to something not announced yet, so it takes no more work to find that
    out than for a name that nobody has.
    """
    return Post.objects.published().posts()


def _posts() -> PostQuerySet:
    return _public().for_list()


def _found(prepared: Prepared[Post], slug: str) -> Post:
    found = prepared.first(slug=slug, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _reachable(slug: str, now: datetime) -> PostQuerySet:
    found = Post.objects.reachable(now).filter(slug=slug)
    found = found.select_related("live_version__author", "live_rendering", "series")
    changes = PublicChange.objects.that_stood().filter(post=OuterRef("pk")).order_by()
    return with_whether_translated(found.annotate(has_changed=Exists(changes)))


_post_at: Prepared[Post] = Prepared(
    lambda slug, now: _reachable(slug, now).posts(), slug=str, now=datetime
)
_page_at: Prepared[Post] = Prepared(
    lambda slug, now: _reachable(slug, now).pages(), slug=str, now=datetime
)
_topics_of: Prepared[Topic] = Prepared(lambda post: Topic.objects.filter(post=post), post=int)


def _page_of_list(request: HttpRequest, posts: PostQuerySet, address: str) -> dict[str, object]:
    """Return one page of a topic, a series or a byline."""
    number = page_number(request.GET.get("page", "1"))
    found = paged(posts, number, lambda n: f"{address}?page={n}", address)
    return {"posts": found.rows, "page": number, **found.addresses}
