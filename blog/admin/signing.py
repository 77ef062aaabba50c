"""The page on which a text is signed, or sent back: exactly what would go out, and what changed."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from blog import workflow
from blog.admin.notes import NoteForm
from blog.admin.pages import page, post_or_404, posted, quiet_now, row_number, say, to, user_of
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
    form = NoteForm(posted(request), label=_("A note to the writer"))
    if request.method == "POST" and form.is_valid():
        review = _posted_review(post, request.POST.get("review", ""))
        try:
            return _decided(request, post, review, form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _sign_page(admin, request, post, form)


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
            say(request, _("Sent back with your note."))
        case "revoke":
            workflow.revoke(review, by=user, note=note)
            say(request, _("Your signature is taken back."))
        case "sign_publish":
            workflow.approve(review, by=user, note=note)
            _published_as_signed(request, post, review)
        case "sign":
            workflow.approve(review, by=user, note=note)
            left = standing_of(post).waiting_for
            say(
                request,
                _("Signed. It still waits for %(left)s.") % {"left": left}
                if left
                else _("Signed: it is complete."),
            )
        case _:
            raise Refused(_("Press one of the buttons."))
    return to("change", post.pk)


def _published_as_signed(request: HttpRequest, post: Post, review: Review) -> None:
    """Publish what has just been signed; a refusal costs no signature, and says so."""
    was_public = post.is_published
    try:
        workflow.publish(post, by=user_of(request), seen=review.version.number)
    except Refused as refusal:
        say(
            request,
            _("You have signed it. It is not published: %(refusal)s") % {"refusal": refusal},
            is_refusal=True,
        )
    else:
        corrected = _("Signed, and readers see the new text.")
        say(request, corrected if was_public else _("Signed, and published."))


def _sign_page(
    admin: ModelAdmin[Post], request: HttpRequest, post: Post, form: NoteForm
) -> HttpResponse:
    version = post.versions.select_related("author").first()
    review = latest_review(version) if version else None
    if version is None or review is None:
        say(request, _("Nobody has asked for a signature yet."), is_refusal=True)
        return to("change", post.pk)
    kind = _kind_of_change(post, version)
    mine = signable(standing_of(post), user_of(request))
    others = [needed for needed in review.missing() if needed != mine]
    own = signatures_of(user_of(request))
    quiet, may_publish = quiet_now(post), user_of(request).has_perm("blog.publish_post")
    return page(
        admin,
        request,
        "sign.html",
        post=post,
        title=_("Sign “%(title)s”") % {"title": version.title},
        form=form,
        version=version,
        review=review,
        differences=_since_live(post, version),
        since_mine=_since_mine(user_of(request), version),
        notes=post.notes.all(),
        quiet=quiet,
        kind=kind,
        may_sign=bool(mine),
        may_publish=bool(mine) and not others and not quiet and may_publish,
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


def _since_mine(user: User, version: Version) -> list[Change] | None:
    """Return what changed since the text that `user` decided about last, or `None` without one."""
    earlier = Version.objects.filter(
        post=version.post_id, number__lt=version.number, reviews__approvals__by=user.pk
    )
    mine = earlier.select_related("author").order_by("-number").first()
    return changes(words_of(mine), words_of(version)) if mine and not mine.redacted_at else None


def _kind_of_change(post: Post, version: Version) -> str:
    """Return what readers would be told, if this may go out at all."""
    try:
        return kind_of_change(post, version) or ""
    except Refused:
        return ""


def _may_revoke(review: Review, own: frozenset[str]) -> bool:
    decisions = review.latest_decisions().values()
    return any(d.decision == Decision.APPROVED and d.signature in own for d in decisions)
