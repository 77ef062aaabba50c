"""The one form in which a post is written, and its buttons."""

from __future__ import annotations

from datetime import datetime

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from blog import roles, slugs, workflow
from blog.admin.forms_sent import begun_in, kind_of, require_write
from blog.admin.opening import dropped, opened_form, other_forms
from blog.admin.pages import page, quiet_now, say, to, user_of
from blog.admin.picture_desk import sends_picture, sent_picture
from blog.admin.writing_aids import aids
from blog.differences import Change, changes
from blog.forms import PostForm
from blog.models import Post, PublicChange, Unsaved, Version
from blog.refusal import Refused, Stale
from blog.snippets import put_at_end
from blog.standing import signable, standing_of
from blog.typed import coming_in
from blog.unsaved_words import moment, others_at
from blog.words import words_of
from blog.workflow.correcting import kind_of_change
from blog.workflow.reviewing import needed_signatures, own_signature


def edit(admin: ModelAdmin[Post], request: HttpRequest, post: Post | None) -> HttpResponse:
    """Show the form (GET), or save what was typed and do what the pressed button says (POST).

    Text is saved before the button's verb runs, so that a refusal never costs a word.
    """
    kind = post.kind if post else kind_of(request)
    user = user_of(request)
    if request.method != "POST":
        return _opened(admin, request, post, kind, user)
    key = request.POST.get("draft_key", "")
    if post is None:
        post = begun_in(key)
    require_write(admin, request, post)
    if request.POST.get("then") == "drop":
        return dropped(request, post, key)
    form = _with_picture(request, post, post.kind if post else kind, user)
    if not form.is_valid():
        return _shown(admin, request, form)
    try:
        saved = _saved(form)
    except Stale as stale:
        form.add_error(
            None, _("%(stale)s Your text is below and not saved yet.") % {"stale": stale}
        )
        return _shown_stale(admin, request, form, form.cleaned_data["seen"] or 0)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(admin, request, form)
    form.post = Post.objects.get(pk=saved.post_id)
    workflow.drop(by=user, post=form.post, draft_key=form.cleaned_data["draft_key"])
    try:
        return _carried_out(request, form, form.post, saved.number)
    except Stale as stale:
        form.add_error(
            None, _("%(stale)s Your text is saved; the other one is newer.") % {"stale": stale}
        )
        return _shown_stale(admin, request, form, saved.number)
    except Refused as refusal:
        form.post = Post.objects.get(pk=saved.post_id)
        form.add_error(None, _("Your text is saved. %(refusal)s") % {"refusal": refusal})
        return _shown(admin, request, form, seen=saved.number)


def _opened(
    admin: ModelAdmin[Post], request: HttpRequest, post: Post | None, kind: str, user: User
) -> HttpResponse:
    """Show the form with what this person typed and did not save, else with the newest text."""
    begun = None if post else begun_in(request.GET.get("draft", ""))
    if begun:
        # Who comes back to a form that was saved would begin the same post a second time.
        say(request, _("Published already.") if begun.is_published else _("Saved already."))
        return to("change", begun.pk)
    form, kept = opened_form(admin, request, post, kind, user)
    return _shown(admin, request, form, kept=kept)


def _with_picture(request: HttpRequest, post: Post | None, kind: str, user: User) -> PostForm:
    """Return the form as it was sent; a picture that came along stands at the end of its text.

    A picture that cannot be taken, or of which something is missing, is said on the form itself.
    """
    form = PostForm(request.POST, request.FILES, post=post, kind=kind, user=user)
    picture = sent_picture(request, user)
    if picture is None:
        return form
    if not picture.is_valid():
        form.picture = picture
        form.add_error(None, _("The picture is not in the text yet. See “Add a picture”."))
        return form
    data, files = request.POST.copy(), request.FILES.copy()
    data["body"] = put_at_end(data.get("body", ""), picture.snippet(form.markup))
    files.pop("picture-file", None)
    return PostForm(data, files, post=post, kind=kind, user=user)


def _saved(form: PostForm) -> Version:
    """Save the typed words and filing; return the version that holds the words."""
    post = form.post = form.post or _created(form)
    seen = form.cleaned_data["seen"] or 0
    version = workflow.save_version(post, form.words, by=form.user, seen=seen)
    if form.filing:
        workflow.change_post(post, form.filing, by=form.user)
    return version


def _created(form: PostForm) -> Post:
    words, key = form.words, form.cleaned_data["draft_key"]
    slug = form.cleaned_data["slug"] or slugs.free_slug(words.title, form.kind)
    try:
        return workflow.create_post(words, by=form.user, slug=slug, kind=form.kind, draft_key=key)
    except Refused:
        # Two clicks at once: the faster one has made the post.
        begun = begun_in(str(key))
        if begun is None:
            raise
        return begun


def _carried_out(request: HttpRequest, form: PostForm, post: Post, seen: int) -> HttpResponse:
    """Do what the pressed button says, now that the text is saved as the version `seen`."""
    user = form.user
    if sends_picture(request):
        say(request, _("Saved, with the picture at the end of the text. Look where it belongs."))
        return to("change", post.pk)
    match request.POST.get("then"):
        case "publish" | "publish_now" | "schedule" as then:
            _put_out(request, form, post, seen, then)
        case "ask":
            workflow.submit(post, by=user)
            say(request, f"{standing_of(post).sentence}.")
        case "sign":
            if post.is_live and not standing_of(post).has_newer_text:
                raise Refused(_("This is the text that was signed already. Change it first."))
            workflow.submit(post, by=user)
            return to("sign", post.pk)
        case "preview":
            return to("preview", post.pk)
        case _:
            say(request, _saved_sentence(post))
    return to("change", post.pk)


def _saved_sentence(post: Post) -> str:
    """Say that a text is saved, and what readers will be told of it once it replaces what they see."""
    version = post.latest_version
    try:
        kind = kind_of_change(post, version) if version else None
    except Refused as refusal:
        return _("Saved. %(refusal)s") % {"refusal": refusal}
    match kind:
        case PublicChange.Kind.TYPO:
            return _("Saved. It mends a typo: readers get no notice.")
        case PublicChange.Kind.CORRECTION:
            return _("Saved. It is a correction: readers get your sentence with its date.")
    return _("Saved.")


def _put_out(request: HttpRequest, form: PostForm, post: Post, seen: int, then: str) -> None:
    """Publish now, or at the moment in the form; a press that can mean both is asked about."""
    at = form.cleaned_data.get("publish_at")
    if then == "schedule" and at is None:
        raise Refused(_("Choose the day and the time first."))
    if then != "schedule" and _is_sent_again(form, post, seen):
        say(request, _published_already(post))
        return
    if then == "publish" and at:
        moment = date_format(localtime(at), "j F Y, H:i")
        raise Refused(
            _("Under “Schedule” stands %(moment)s. Press one of the two: then, or now.")
            % {"moment": moment}
        )
    _publish(request, post, form.user, seen, at if then == "schedule" else None)


def _is_sent_again(form: PostForm, post: Post, seen: int) -> bool:
    """Whether the form of a new post comes a second time, with the words that readers see."""
    live = post.live_version if post.is_published else None
    return bool(form.cleaned_data["draft_key"] and live and live.number == seen)


def _published_already(post: Post) -> str:
    """Say that a form sent a second time makes no second post, and where the first one is."""
    sentence, link = _("This is published already."), '<a href="{}">{}</a>.'
    return format_html("{} " + link, sentence, post.get_absolute_url(), _("See it as readers do"))


def _publish(request: HttpRequest, post: Post, user: User, seen: int, at: datetime | None) -> None:
    _require_her_signature(post, user)
    if at is None:
        was_public = post.is_published
        workflow.publish(post, by=user, seen=seen)
        say(request, _("Readers see the new text.") if was_public else _("Published."))
    else:
        workflow.schedule(post, by=user, at=at, seen=seen)
        moment = date_format(localtime(at), "j F Y, H:i")
        say(request, _("Readers see it from %(moment)s on.") % {"moment": moment})


def _require_her_signature(post: Post, user: User) -> None:
    """Refuse words nobody was asked about in a sentence for somebody who can sign them herself."""
    standing = standing_of(post)
    if standing.review is None and signable(standing, user) and not roles.is_solo(user):
        raise Refused(_("Nobody has signed this text yet. Sign it first."))


def _shown(
    admin: ModelAdmin[Post],
    request: HttpRequest,
    form: PostForm,
    *,
    seen: object = None,
    status: int = 200,
    newer: list[Change] | None = None,
    kept: Unsaved | None = None,
) -> HttpResponse:
    """Render the form; `seen` replaces the number of the text that the person is known to have seen."""
    post = form.post
    new = _("Write a page") if form.kind == Post.Kind.PAGE else _("Write a post")
    return page(
        admin,
        request,
        "editor.html",
        post=post,
        title=post.title if post else new,
        form=form,
        kind=form.kind,
        seen=form["seen"].value() if seen is None else seen,
        newer=newer,
        kept_at=moment(kept.kept_at) if kept else "",
        coming=coming_in(kept.values) if kept else 0,
        other_forms=other_forms(request, form),
        others=" ".join(others_at(post, form.user)),
        aids=aids(form),
        can_sign=_can_sign(form),
        quiet=quiet_now(post),
        status=status,
    )


def _can_sign(form: PostForm) -> bool:
    """Whether this person may sign what she types here: a first text, or newer words of her own."""
    if form.post is None:
        return roles.signers().filter(pk=form.user.pk).exists()
    version = form.post.latest_version
    return version is not None and own_signature(form.user) in needed_signatures(version)


def _shown_stale(
    admin: ModelAdmin[Post], request: HttpRequest, form: PostForm, seen: int
) -> HttpResponse:
    """Show what somebody saved after the version `seen` above the typed text, which is kept."""
    versions = Version.objects.filter(post=form.post).select_related("author")
    before = versions.filter(number=seen).first()
    latest = versions[0]
    newer = changes(words_of(before) if before else None, words_of(latest))
    return _shown(admin, request, form, seen=latest.number, status=409, newer=newer)
