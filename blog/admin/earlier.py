"""Looking at texts: the preview of one, and all earlier ones with what changed between two."""

from __future__ import annotations

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from blog.admin.notes import CompareForm
from blog.admin.pages import page, post_or_404
from blog.differences import Change, changes
from blog.models import Post, PublicChange, Version
from blog.refusal import Refused
from blog.views.reading import post_response
from blog.words import words_of
from blog.workflow.correcting import kind_of_change


def preview(
    admin: ModelAdmin[Post], request: HttpRequest, pk: int, number: int | None = None
) -> HttpResponse:
    """Show one text (the newest, unless `number` says which) exactly as readers would see it."""
    post = post_or_404(admin, request, pk)
    version = _version_or_404(post, number)
    post.proposed_correction = version.correction if _is_correction(post, version) else ""
    post.live_version = version
    post.live_rendering = version.renderings.first()
    post.published_at = post.published_at or timezone.now()
    response = post_response(request, post, is_preview=True)
    add_never_cache_headers(response)
    return response


def earlier(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """List every text that was ever saved, who signed it, and what changed between two of them."""
    post = post_or_404(admin, request, pk)
    rows = post.versions.select_related("author", "batch__adoption").defer("body")
    versions = list(rows.prefetch_related("reviews__approvals"))
    newest = versions[0].number if versions else 1
    form = CompareForm(request.GET or {"old": max(newest - 1, 1), "new": newest})
    return page(
        admin,
        request,
        "earlier.html",
        post=post,
        title=_("Earlier versions of “%(title)s”") % {"title": post.title},
        versions=versions,
        form=form,
        differences=_differences(post, form),
    )


def _is_correction(post: Post, version: Version) -> bool:
    """Whether readers would be told of `version` as a correction; what they were told is no proposal."""
    if post.changes.filter(after__version=version).exists():
        return False
    try:
        return kind_of_change(post, version) == PublicChange.Kind.CORRECTION
    except Refused:
        return False


def _differences(post: Post, form: CompareForm) -> list[Change] | None:
    """Return what differs, or `None` when there are not two texts to compare."""
    if not form.is_valid():
        return None
    old, new = (
        post.versions.filter(number=form.cleaned_data[name]).select_related("author").first()
        for name in ("old", "new")
    )
    return changes(words_of(old), words_of(new)) if old and new and old != new else None


def _version_or_404(post: Post, number: int | None) -> Version:
    rows = post.versions.select_related("author")
    found = rows.first() if number is None else rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found
