"""What programs read: feed, sitemap, robots, theme sheet, health."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_safe

from blog import colour, search_index
from blog.middleware import site_of
from blog.models import Post
from blog.page_store.saying import kept
from blog.stopping import STOPPING
from ledger import guards


@kept()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by anybody."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /comments/mine/",
        "Disallow: /comments/decide/",
        "Disallow: /comments/confirm/",
        "Disallow: /comments/mail/",
        "Disallow: /search/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@kept()
@conditional_page
@require_safe
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """A public post as Markdown (RFC 7763); its page stays the one address that is looked for."""
    # With a parser of HTML that few readers ever need, and that takes 4 MB of each process.
    from blog.as_markdown import of_post

    posts = Post.objects.published().posts().select_related("live_version", "live_rendering")
    post = get_object_or_404(posts, slug=slug)
    response = HttpResponse(of_post(post), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Language"] = post.language_code
    response.headers["Link"] = f'<{settings.SITE_URL}{post.get_absolute_url()}>; rel="canonical"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The owner's accent as custom properties, readable on the light and on the dark page."""
    accent = site_of(request).accent
    rule = colour.accent_rule(accent) if accent else ""
    response = HttpResponse(rule, content_type="text/css; charset=utf-8")
    # Only under the address that today's accent has: another one must not be kept for a later accent.
    is_current = site_of(request).theme_url == request.get_full_path()
    kept = "public, max-age=31536000, immutable" if is_current else "no-cache"
    response.headers["Cache-Control"] = kept
    return response


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives; no database is asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, is migrated, guarded and indexed; 503 with the one reason otherwise.

    It is 503 too once a stop has been announced, which the web server says with the request.
    """
    is_stopping = STOPPING in request.META
    problem = "this server is about to stop" if is_stopping else _not_ready()
    if problem:
        return JsonResponse({"ready": False, "problem": problem}, status=503)
    return JsonResponse({"ready": True})


def _not_ready() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations are waiting"
        if guards.missing():
            return "guards are missing"
        return (
            "the search index is empty: run manage.py reindex" if search_index.is_missing() else ""
        )
    except DatabaseError:
        return "the database does not answer"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with a search field and the latest posts."""
    from blog.models import Post

    try:
        latest = list(Post.objects.published().posts().for_list()[:5])
    except DatabaseError:
        latest = []
    return render(request, "404.html", {"request_path": request.path, "latest": latest}, status=404)
