"""What every page of the newsroom about one post needs: the post, the right to see it, a frame."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from blog import roles
from blog.models import Post, QuietPeriod
from blog.models.quiet import quiet_at
from blog.standing import Standing, standing_of, steps_for


def user_of(request: HttpRequest) -> User:
    """Return the account that is signed in; the admin lets nobody else in."""
    return cast(User, request.user)


def post_or_404(admin: ModelAdmin[Post], request: HttpRequest, pk: int | str) -> Post:
    """Return the post of a page.

    Raises:
        PermissionDenied: when the account may not see posts.
        Http404: when there is no such post.
    """
    if not admin.has_view_permission(request):
        raise PermissionDenied
    post = admin.get_object(request, str(pk))
    if post is None:
        raise Http404
    return post


def row_number(sent: str) -> int | None:
    """Return the number of a row that a page sent, or `None` when no row can have it."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 18 else None


def address(name: str, *args: object) -> str:
    """Return the address of a page about posts, e.g. `address("sign", post.pk)`."""
    return reverse(f"admin:blog_post_{name}", args=args)


def to(name: str, *args: object) -> HttpResponseRedirect:
    """Send the browser to such a page, after a POST."""
    return HttpResponseRedirect(address(name, *args))


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, or `None` when its page is only looked at."""
    return request.POST if request.method == "POST" else None


def say(request: HttpRequest, sentence: str, *, is_refusal: bool = False) -> None:
    """Show a sentence on the next page."""
    messages.add_message(request, messages.WARNING if is_refusal else messages.SUCCESS, sentence)


def quiet_now(post: Post | None) -> QuietPeriod | None:
    """Return the period in which a text that readers do not see yet cannot go out now."""
    return None if post and post.is_published else quiet_at(timezone.now())


def page(
    admin: ModelAdmin[Post],
    request: HttpRequest,
    template: str,
    *,
    post: Post | None,
    title: str,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a page of the newsroom, never kept by any cache; `post` comes with its standing."""
    standing = standing_of(post) if post else None
    solo = roles.is_solo(user_of(request))
    response = TemplateResponse(
        request,
        f"admin/blog/post/{template}",
        {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "title": title,
            "post": post,
            "standing": standing,
            "steps": _steps(standing, request, solo),
            "is_solo": solo,
            **context,
        },
        status=status,
    )
    add_never_cache_headers(response)
    return response


def _steps(standing: Standing | None, request: HttpRequest, is_solo: bool) -> object:
    return steps_for(standing, user_of(request), is_solo=is_solo) if standing else None
