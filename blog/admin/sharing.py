"""The page that helps to tell others of a public post."""

from __future__ import annotations

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from blog.admin.pages import page, post_or_404, say, to
from blog.models import Post
from blog.sharing import ready_texts


def share(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Show ready texts; what nobody can read yet is not told of."""
    post = post_or_404(admin, request, pk)
    version = post.live_version
    if version is None or not post.is_published:
        say(request, _("Readers cannot see it yet, so there is nothing to tell."), is_refusal=True)
        return to("change", post.pk)
    link = settings.SITE_URL + post.get_absolute_url()
    return page(
        admin,
        request,
        "share.html",
        post=post,
        title=_("Tell others of “%(title)s”") % {"title": version.title},
        texts=ready_texts(version, link),
    )
