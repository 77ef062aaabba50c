"""The steps after writing that have a page of their own: sign, take back, retract, blank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404

from blog import workflow
from blog.admin.notes import NoteForm
from blog.admin.pages import page, post_or_404, row_number, say, to, user_of
from blog.differences import Change, changes
from blog.models import Post, Review, Version
from blog.models.review import Decision
from blog.refusal import Refused
from blog.standing import signable, standing_of
from blog.words import words_of
from blog.workflow.correcting import kind_of_change
from blog.workflow.reviewing import latest_review, signatures_of


def sign(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Show exactly what would go out, and what changed, to whoever may sign it (GET); decide (POST)."""
    post = post_or_404(admin, request, pk)
    form = NoteForm(_posted(request), label="A note to the writer")
    if request.method == "POST" and form.is_valid():
        review = _posted_review(post, request.POST.get("review", ""))
        try:
            return _decided(request, post, review, form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _sign_page(admin, request, post, form)


def take_back(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Put a public or scheduled post back among the drafts."""
    post = post_or_404(admin, request, pk)
    return _noted(
        admin,
        request,
        post,
        "take_back.html",
        NoteForm(_posted(request), label=""),
        title=f"Take back “{post.title}”",
        verb=lambda note: workflow.unpublish(post, by=user_of(request)),
        done="Taken back: it is a draft again.",
    )


def undo(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a publication of a moment ago; whoever comes by its address is sent to the post."""
    post = post_or_404(admin, request, pk)
    if request.method == "POST":
        try:
            post = workflow.undo_publication(post, by=user_of(request))
            say(request, f"Undone. {standing_of(post).sentence}.")
        except Refused as refusal:
            say(request, str(refusal), is_refusal=True)
    return to("change", post.pk)


def retract(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice in the place of a public post."""
    post = post_or_404(admin, request, pk)
    form = NoteForm(
        _posted(request),
        label="The notice that readers find in its place",
        required="Write the notice that readers will find in place of the post.",
    )
    return _noted(
        admin,
        request,
        post,
        "retract.html",
        form,
        title=f"Retract “{post.title}”",
        verb=lambda note: workflow.retract(post, by=user_of(request), notice=note),
        done="Retracted: readers find your notice instead.",
    )


def blank(admin: ModelAdmin[Post], request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Blank the words of one text for ever."""
    post = post_or_404(admin, request, pk)
    if not user_of(request).has_perm("blog.redact_version"):
        raise PermissionDenied
    version = get_object_or_404(post.versions, number=number)
    form = NoteForm(
        _posted(request),
        label="Why the words are blanked",
        required="Say why the words are blanked. The reason is kept, and shown where they stood.",
    )
    return _noted(
        admin,
        request,
        post,
        "blank.html",
        form,
        title=f"Blank the words of text {number}",
        verb=lambda note: workflow.redact(version, by=user_of(request), reason=note),
        done=f"The words of text {number} are blanked.",
        version=version,
    )


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _noted(
    admin: ModelAdmin[Post],
    request: HttpRequest,
    post: Post,
    template: str,
    form: NoteForm,
    *,
    title: str,
    verb: Callable[[str], object],
    done: str,
    version: Version | None = None,
) -> HttpResponse:
    """Ask on a page of its own before `verb` runs with the note that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            verb(form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, done)
            return to("change", post.pk)
    return page(admin, request, template, post=post, title=title, form=form, version=version)


def _posted_review(post: Post, pk: str) -> Review:
    """Return the review of the page that was sent, so that a signature is for what was shown."""
    reviews = Review.objects.select_related("version__post", "rendering")
    return get_object_or_404(reviews, pk=row_number(pk), version__post=post)


def _decided(request: HttpRequest, post: Post, review: Review, note: str) -> HttpResponse:
    """Make the decision of the pressed button; the verbs check whether it may be made."""
    user = user_of(request)
    match request.POST.get("then"):
        case "changes":
            workflow.request_changes(review, by=user, note=note)
            say(request, "Sent back with your note.")
        case "revoke":
            workflow.revoke(review, by=user, note=note)
            say(request, "Your signature is taken back.")
        case "sign_publish":
            workflow.approve(review, by=user, note=note)
            was_public = post.is_published
            workflow.publish(post, by=user, seen=review.version.number)
            what = "readers see the new text" if was_public else "published"
            say(request, f"Signed, and {what}.")
        case "sign":
            workflow.approve(review, by=user, note=note)
            sentence = standing_of(post).sentence
            # Of a text that nobody sees yet it says so itself.
            say(request, f"{'' if sentence.startswith('Signed') else 'Signed. '}{sentence}.")
        case _:
            raise Refused("Press one of the buttons.")
    return to("change", post.pk)


def _sign_page(
    admin: ModelAdmin[Post], request: HttpRequest, post: Post, form: NoteForm
) -> HttpResponse:
    version = post.versions.select_related("author").first()
    review = latest_review(version) if version else None
    if version is None or review is None:
        say(request, "Nobody has asked for a signature yet.", is_refusal=True)
        return to("change", post.pk)
    kind = _kind_of_change(post, version)
    mine = signable(standing_of(post), user_of(request))
    others = [needed for needed in review.missing() if needed != mine]
    own = signatures_of(user_of(request))
    return page(
        admin,
        request,
        "sign.html",
        post=post,
        title=f"Sign “{version.title}”",
        form=form,
        version=version,
        review=review,
        differences=_since_live(post, version),
        kind=kind,
        may_sign=bool(mine),
        may_publish=bool(mine) and not others and user_of(request).has_perm("blog.publish_post"),
        may_object=not own.isdisjoint(review.needs),
        may_revoke=_may_revoke(review, own),
    )


def _since_live(post: Post, version: Version) -> list[Change] | None:
    """Return what would change for readers, or `None` when they see nothing of it yet.

    Without the sentence on a correction: it is told apart, and an earlier one stays where it is.
    """
    if not post.is_live or post.live_version is None:
        return None
    before, after = (words_of(found) for found in (post.live_version, version))
    return changes(replace(before, correction=""), replace(after, correction=""))


def _kind_of_change(post: Post, version: Version) -> str:
    """Return what readers would be told, if this may go out at all."""
    try:
        return kind_of_change(post, version) or ""
    except Refused:
        return ""


def _may_revoke(review: Review, own: frozenset[str]) -> bool:
    decisions = review.latest_decisions().values()
    return any(d.decision == Decision.APPROVED and d.signature in own for d in decisions)
