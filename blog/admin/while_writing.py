"""What the form of a post asks of the server while somebody types into it: keep this, show me that."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import slugs, workflow
from blog.admin.forms_sent import begun_in, kind_of, require_write
from blog.admin.pages import post_or_404, row_number, user_of
from blog.admin.writing_aids import aids
from blog.forms import PostForm
from blog.models import Post, Version
from blog.typed import differs, is_too_long, sent_values, sketch
from blog.unsaved_words import clock, moment, others_at
from blog.views.reading import post_response
from blog.words import Words, too_long
from blog.workflow.writing import rendered

_NOTHING = gettext_lazy("Nothing was sent.")
_GONE = gettext_lazy("This text is not here any more. Copy what you have typed.")


def keep(admin: ModelAdmin[Post], request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Keep what stands in the form, and answer as JSON when that was, who else writes, and advice.

    GET of a post keeps nothing and answers who else writes, for somebody who has seen the text
    `?seen=`. 400, 404, 405 and 413 come with a `problem`, a sentence, or without words.
    """
    if request.method in {"GET", "HEAD"} and pk is not None:
        return _who_else(admin, request, pk)
    form = _sent_form(admin, request, pk)
    if not isinstance(form, PostForm):
        return form
    form.is_valid()
    try:
        _keep(form)
    except IntegrityError:
        # The post or the account went while this was on its way.
        return _problem(str(_GONE), HTTPStatus.NOT_FOUND)
    answer = {
        "kept": clock(timezone.now()),
        "others": _others(form.post, form.user, form.cleaned_data.get("seen")),
    }
    aside = render_to_string("admin/blog/post/_advice.html", {"aids": aids(form)}, request)
    return JsonResponse({**answer, "advice": aside})


def _keep(form: PostForm) -> None:
    key = form.cleaned_data.get("draft_key")
    if differs(form) and (form.post or key):
        workflow.keep(
            sent_values(form),
            by=form.user,
            post=form.post,
            draft_key=key,
            kind=form.kind,
        )
    else:
        workflow.drop(by=form.user, post=form.post, draft_key=key)


def look(admin: ModelAdmin[Post], request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show the words that stand in the form as the public page, without saving anything."""
    form = _sent_form(admin, request, pk)
    if not isinstance(form, PostForm):
        return form
    try:
        words = sketch(form)
    except ValidationError as error:
        return _problem(" ".join(error.messages), HTTPStatus.UNPROCESSABLE_ENTITY)
    post, topics = _as_typed(form, words)
    response = post_response(request, post, topics=topics, is_preview=True, is_framed=True)
    add_never_cache_headers(response)
    return response


def _sent_form(
    admin: ModelAdmin[Post], request: HttpRequest, pk: int | None
) -> PostForm | HttpResponse:
    """Return the form as it was sent, its files left out, or the answer to what is none."""
    post = post_or_404(admin, request, pk) if pk is not None else None
    if post is None and request.method == "POST":
        post = begun_in(request.POST.get("draft_key", ""))
    require_write(admin, request, post)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "body" not in request.POST:
        return _problem(str(_NOTHING), HTTPStatus.BAD_REQUEST)
    kind = post.kind if post else kind_of(request)
    form = PostForm(request.POST, post=post, kind=kind, user=user_of(request))
    if is_too_long(form):
        return _problem(too_long(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return form


def _problem(sentence: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"problem": sentence}, status=status)


def _who_else(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> JsonResponse:
    post = post_or_404(admin, request, pk)
    require_write(admin, request, post)
    seen = row_number(request.GET.get("seen", ""))
    response = JsonResponse({"others": _others(post, user_of(request), seen)})
    add_never_cache_headers(response)
    return response


def _others(post: Post | None, user: User, seen: int | None) -> str:
    """Return who else writes here, and who has saved another text meanwhile, in words."""
    sentences = others_at(post, user)
    latest = post.latest_version if post else None
    if latest and latest.number != (seen or 0):
        own = _(
            "You have saved another text here %(moment)s. When you save yours you see what changed;"
            " nothing is overwritten."
        )
        anothers = _(
            "%(who)s has saved another text here %(moment)s. When you save yours you see what"
            " changed; nothing is overwritten."
        )
        sentences.insert(
            0,
            (own if latest.saved_by == user.pk else anothers)
            % {"who": latest.saved_by_label, "moment": moment(latest.saved_at)},
        )
    return " ".join(sentences)


def _as_typed(form: PostForm, words: Words) -> tuple[Post, Any]:
    """Return the post as it would be with these words and this filing, and what it is about."""
    value = form.cleaned_data
    # No row has the key 0, so nothing that is stored is found for a post that is not.
    post = form.post or Post(pk=0, kind=form.kind)
    version = Version(post=post, saved_at=timezone.now(), **words.fields)
    if (
        post.is_published
        and post.live_version
        and post.live_version.content_hash != words.content_hash
    ):
        post.updated_at = timezone.now()
        post.proposed_correction = words.correction
    post.live_version, post.live_rendering = version, rendered(version)
    post.published_at = value.get("publish_at") or post.published_at or timezone.now()
    post.slug = value.get("slug") or post.slug or slugs.free_slug(words.title, form.kind)
    for name in ("series", "series_part", "language", "translation_of"):
        if name in value:
            setattr(post, name, value[name])
    return post, value.get("topics", post.topics.all())
