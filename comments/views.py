"""What readers do with comments: send one, link to one, look after their own.

No view here reads the session or sets a cookie: an anonymous comment uses no authority that another
site could borrow, so that no token is needed, and stored pages can hold the form.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from blog.middleware import site_of
from blog.models import Post
from comments import sanitize
from comments.arrival import Arrival, Origin, network_of, origin_of, stamp_state
from comments.forms import CommentForm
from comments.models import Comment
from comments.moderation import Outcome, Received
from comments.moderation import submit as submit_comment
from comments.openness import closed_sentence
from comments.private_links import comment_for, private_path
from comments.thread import address_of, page_of
from comments.throttle import seconds_to_wait

logger = logging.getLogger(__name__)

SECOND_LOOK = timedelta(minutes=2)


@csrf_exempt
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a comment. Whatever goes wrong, the answer holds the words in a form that can be sent again."""
    request.encoding = "utf-8"
    post = get_object_or_404(
        Post.objects.published().select_related("live_version__author"), slug=slug
    )
    form = CommentForm(request.POST, post=post)
    try:
        return _taken(request, post, form)
    except DatabaseError:
        logger.exception("A comment could not be stored")
        sentence = (
            "The site is very busy. Your words are below: please send them again in a moment."
        )
        return _problem(request, post, form, 503, "Not saved yet", sentence, retry_after=5)
    except Exception:
        # Whatever broke, the reader keeps her words; the log keeps the fault.
        logger.exception("A comment could not be taken")
        sentence = (
            "Something broke on our side and was noted. Your words are below: please try again."
        )
        return _problem(request, post, form, 500, "Not saved yet", sentence)


def _taken(request: HttpRequest, post: Post, form: CommentForm) -> HttpResponse:
    origin = origin_of(request)
    if origin == Origin.FOREIGN:
        sentence = (
            "This came from a page that is not ours. If you wrote it, send it again from here."
        )
        return _problem(request, post, form, 403, "Please send it from here", sentence)
    closed = closed_sentence(post, site_of(request))
    if closed:
        return _problem(
            request, post, form, 403, "Not sent", f"{closed} Your words are below, to keep."
        )
    if not form.is_valid():
        return _problem(request, post, form, 422, "Almost there", "")
    if "preview" in request.POST:
        return _preview(request, post, form)
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    wait = seconds_to_wait(network)
    if wait:
        sentence = f"Many comments came from your network just now. Please send it again in {wait} seconds."
        return _problem(
            request, post, form, 429, "A little slower, please", sentence, retry_after=wait
        )
    return _answer(
        request, post, form, submit_comment(post, form.said(), _arrival(form, network, origin))
    )


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


def _arrival(form: CommentForm, network: str, origin: Origin) -> Arrival:
    data = form.cleaned_data
    return Arrival(
        network=network,
        origin=origin,
        stamp=stamp_state(data["stamp"], form.post.pk),
        elapsed_ms=data["elapsed"],
        is_trap_filled=bool(data["subject"]),
    )


def _answer(
    request: HttpRequest, post: Post, form: CommentForm, received: Received
) -> HttpResponse:
    comment = received.comment
    if received.outcome != Outcome.REPEAT:
        return HttpResponseRedirect(private_path(comment), status=303)
    if comment.is_visible:
        return HttpResponseRedirect(comment.get_absolute_url(), status=303)
    sentence = (
        "These very words were sent here before. If that was you, your private page says more."
    )
    return _problem(request, post, form, 409, "We have this already", sentence)


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
    return redirect(f"{address_of(comment.post, page_of(comment))}#c{comment.pk}")


@never_cache
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of a comment, for whoever holds its address."""
    comment = comment_for(token)
    if comment is None:
        raise Http404
    answer = None
    if comment.answered_at:
        html = sanitize.render_stored(comment.answer).html
        answer = {"text_html": html, "by": comment.answered_by, "at": comment.answered_at}
    context = {
        "comment": comment,
        "answer": answer,
        "is_new": timezone.now() - comment.created_at < SECOND_LOOK and comment.revision == 1,
    }
    response = render(request, "comments/mine.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
