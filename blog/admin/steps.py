"""The steps after writing that have a page of their own: take back, retract, blank."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from blog import workflow
from blog.admin.notes import NoteForm
from blog.admin.pages import page, post_or_404, posted, say, to, user_of
from blog.models import Post, Version
from blog.refusal import Refused
from blog.standing import standing_of


def take_back(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Put a public or scheduled post back among the drafts."""
    post = post_or_404(admin, request, pk)
    return _noted(
        admin,
        request,
        post,
        "take_back.html",
        NoteForm(posted(request), label=""),
        title=_("Take back “%(title)s”") % {"title": post.title},
        verb=lambda note: workflow.unpublish(post, by=user_of(request)),
        done=_("Taken back. Readers find nothing at its address."),
    )


def undo(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a publication of a moment ago; whoever comes by its address is sent to the post."""
    post = post_or_404(admin, request, pk)
    if request.method == "POST":
        try:
            post = workflow.undo_publication(
                post, by=user_of(request), seen=request.POST.get("seen", "")
            )
            say(request, _("Undone. %(sentence)s.") % {"sentence": standing_of(post).sentence})
        except Refused as refusal:
            say(request, str(refusal), is_refusal=True)
    return to("change", post.pk)


def retract(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice in the place of a public post."""
    post = post_or_404(admin, request, pk)
    form = NoteForm(
        posted(request),
        label=_("The notice that readers find in its place"),
        required=_("Write the notice that readers will find in place of the post."),
    )
    return _noted(
        admin,
        request,
        post,
        "retract.html",
        form,
        title=_("Retract “%(title)s”") % {"title": post.title},
        verb=lambda note: workflow.retract(post, by=user_of(request), notice=note),
        done=_("Retracted: readers find your notice instead."),
    )


def blank(admin: ModelAdmin[Post], request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Blank the words of one text for ever."""
    post = post_or_404(admin, request, pk)
    if not user_of(request).has_perm("blog.redact_version"):
        raise PermissionDenied
    version = get_object_or_404(post.versions, number=number)
    form = NoteForm(
        posted(request),
        label=_("Why the words are blanked"),
        required=_(
            "Say why the words are blanked. The reason is kept, and shown where they stood."
        ),
    )
    return _noted(
        admin,
        request,
        post,
        "blank.html",
        form,
        title=_("Blank the words of text %(number)s") % {"number": number},
        verb=lambda note: workflow.redact(version, by=user_of(request), reason=note),
        done=_("The words of text %(number)s are blanked.") % {"number": number},
        version=version,
    )


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
