"""What readers do with comments: send one, link to one.

No view here reads the session or sets a cookie: an anonymous comment uses no authority that another
site could borrow, so that no token is needed, and stored pages can hold the form.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from blog.middleware import site_of
from blog.models import Post
from blog.prepared import Prepared
from comments import sanitize
from comments.arrival import Arrival, Origin, network_of, origin_of, stamp_state
from comments.forms import CommentForm
from comments.models import Comment
from comments.moderation import Outcome, Received
from comments.moderation import submit as submit_comment
from comments.openness import closed_sentence
from comments.private_links import private_path
from comments.thread import address_of, page_of
from comments.throttle import seconds_to_wait
from comments.trust import mode_told

logger = logging.getLogger(__name__)

_SLOWER = ngettext_lazy(
    "Many comments came from your network just now. Please send it again in %(count)s second.",
    "Many comments came from your network just now. Please send it again in %(count)s seconds.",
    "count",
)
_SLOWER_WITH_ADDRESS = ngettext_lazy(
    "Many comments came from your network, or with this email address, just now."
    " Please send it again in %(count)s second, or leave the address empty.",
    "Many comments came from your network, or with this email address, just now."
    " Please send it again in %(count)s seconds, or leave the address empty.",
    "count",
)


_post_at: Prepared[Post] = Prepared(
    lambda slug, now: (
        Post.objects.published(now).filter(slug=slug).select_related("live_version__author")
    ),
    slug=str,
    now=datetime,
)


@csrf_exempt
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a comment. Whatever goes wrong, the answer holds the words in a form that can be sent again."""
    request.encoding = "utf-8"
    post = _post_at.first(slug=slug, now=timezone.now())
    if post is None:
        raise Http404
    form = CommentForm(request.POST, post=post)
    try:
        form.mode = mode_told(post, site_of(request))
        return _taken(request, post, form)
    except DatabaseError:
        logger.exception("A comment could not be stored")
        sentence = _(
            "The site is very busy. Your words are below: please send them again in a moment."
        )
        return _problem(request, post, form, 503, _("Not saved yet"), sentence, retry_after=5)
    except Exception:
        # Whatever broke, the reader keeps her words; the log keeps the fault.
        logger.exception("A comment could not be taken")
        sentence = _(
            "Something broke on our side and was noted. Your words are below: please try again."
        )
        return _problem(request, post, form, 500, _("Not saved yet"), sentence)


def _taken(request: HttpRequest, post: Post, form: CommentForm) -> HttpResponse:
    origin = origin_of(request)
    if origin == Origin.FOREIGN:
        sentence = _(
            "This came from a page that is not ours. If you wrote it, send it again from here."
        )
        return _problem(request, post, form, 403, _("Please send it from here"), sentence)
    closed = closed_sentence(post, site_of(request))
    if closed:
        return _problem(
            request,
            post,
            form,
            403,
            _("Not sent"),
            _("%(closed)s Your words are below, to keep.") % {"closed": closed},
        )
    if not form.is_valid():
        return _problem(request, post, form, 422, _("Almost there"), "")
    address, email = request.META.get("REMOTE_ADDR", ""), form.cleaned_data["email"]
    network = network_of(address)
    is_preview = "preview" in request.POST
    # A preview says nothing to an address, and has a limit of its own.
    counted = "" if is_preview else email
    what = "preview" if is_preview else "comment"
    wait = seconds_to_wait(network, counted, what=what)
    if wait:
        slower = _SLOWER_WITH_ADDRESS if counted else _SLOWER
        return _problem(
            request,
            post,
            form,
            429,
            _("A little slower, please"),
            str(slower % {"count": wait}),
            retry_after=wait,
        )
    if is_preview:
        return _preview(request, post, form)
    arrival = _arrival(form, origin, network=network, address=address)
    return _answer(request, post, form, submit_comment(post, form.said(), arrival))


def _preview(request: HttpRequest, post: Post, form: CommentForm) -> HttpResponse:
    """Show the comment as it would look, above the form that still holds it. Nothing counts or is stored."""
    said = form.said()
    html = sanitize.render(said.body).html
    shown = Comment(post=post, name=said.name, url=said.url, body=said.body, body_html=html)
    shown.visibility = said.visibility
    context = {"post": post, "form": form, "comment": shown, "action": request.path}
    response = render(request, "comments/preview.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _arrival(form: CommentForm, origin: Origin, *, network: str, address: str) -> Arrival:
    data = form.cleaned_data
    return Arrival(
        network=network,
        origin=origin,
        stamp=stamp_state(data["stamp"], form.post.pk),
        elapsed_ms=data["elapsed"],
        is_trap_filled=bool(data["subject"]),
        address=address,
    )


def _answer(
    request: HttpRequest, post: Post, form: CommentForm, received: Received
) -> HttpResponse:
    comment = received.comment
    if received.outcome != Outcome.REPEAT:
        return HttpResponseRedirect(private_path(comment), status=303)
    if comment.is_visible:
        return HttpResponseRedirect(comment.get_absolute_url(), status=303)
    sentence = _(
        "These very words were sent here before. If that was you, your private page says more."
    )
    return _problem(request, post, form, 409, _("We have this already"), sentence)


def _problem(
    request: HttpRequest,
    post: Post,
    form: CommentForm,
    status: int,
    heading: str,
    message: str,
    *,
    retry_after: int | None = None,
) -> HttpResponse:
    """Answer with the words in an editable form, and why they were not taken."""
    context = {
        "post": post,
        "form": form,
        "heading": heading,
        "message": message,
        "retry_after": retry_after,
        "action": request.path,
    }
    response = render(request, "comments/submit_problem.html", context, status=status)
    response.holds_words = True  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


@require_safe
def permalink(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Lead to a comment where it stands under its post."""
    comment = get_object_or_404(
        Comment.objects.visible().filter(post__in=Post.objects.published()).select_related("post"),
        pk=comment_id,
    )
    try:
        page = page_of(comment)
    except ValueError as gone:
        # It was taken away between the two questions.
        raise Http404 from gone
    return redirect(f"{address_of(comment.post, page)}#c{comment.pk}")
