"""The notes at a post."""

from __future__ import annotations

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from blog import workflow
from blog.admin.pages import page, post_or_404, row_number, say, to, user_of
from blog.fields import CleanCharField
from blog.models import Note, Post
from blog.refusal import Refused


def notes(admin: ModelAdmin[Post], request: HttpRequest, pk: int) -> HttpResponse:
    """Show the notes (GET), which are read then; add, change or delete one (POST).

    What is refused stays in its field.
    """
    post = post_or_404(admin, request, pk)
    if request.method != "POST":
        workflow.read_notes(post, by=user_of(request))
        return _page(admin, request, post)
    note = _note_or_404(post, request.POST.get("note", ""))
    text = CleanCharField(required=False, strip=False).clean(request.POST.get("text", ""))
    try:
        say(request, _done(request, post, note, text))
    except Refused as refusal:
        return _page(admin, request, post, problem=str(refusal), text=text, at=note)
    return to("notes", post.pk)


def _note_or_404(post: Post, number: str) -> Note | None:
    """Return the note that the pressed button is about; none for a new one."""
    if not number:
        return None
    key = row_number(number)
    note = None if key is None else post.notes.filter(pk=key).first()
    if note is None:
        raise Http404
    return note


def _done(request: HttpRequest, post: Post, note: Note | None, text: str) -> str:
    user = user_of(request)
    match request.POST.get("do"), note:
        case "remove", Note():
            workflow.remove_note(note, by=user)
            return _("The note is deleted.")
        case "change", Note():
            workflow.change_note(note, text, by=user)
            return _("The note is changed.")
        case "add", None:
            workflow.add_note(post, text, by=user)
            return _("The note is added.")
    raise Refused(_("Press one of the buttons."))


def _page(
    admin: ModelAdmin[Post],
    request: HttpRequest,
    post: Post,
    *,
    problem: str = "",
    text: str = "",
    at: Note | None = None,
) -> HttpResponse:
    """Render the notes; `text` is what was typed and refused, in the field of note `at`, or of a new one."""
    return page(
        admin,
        request,
        "notes.html",
        post=post,
        title=_("Notes on “%(title)s”") % {"title": post.title},
        status=400 if problem else 200,
        notes=post.notes.all(),
        own=user_of(request).pk,
        problem=problem,
        text=text,
        at=at.pk if at else None,
    )
