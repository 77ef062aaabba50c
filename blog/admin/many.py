"""The question before something is done to several posts at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from blog.admin.pages import page
from blog.models import Post
from blog.standing import standings

_QUESTIONS = {"publish_all": _("Publish these?"), "take_back_all": _("Take these back?")}


def ask_about(admin: ModelAdmin[Post], request: HttpRequest, posts: Sequence[Post]) -> HttpResponse:
    """Name each ticked post and where it stands, and carry on what was sent until somebody says yes."""
    action = request.POST["action"]
    found = standings(posts)
    sent = [
        (name, value)
        for name in request.POST
        if name.startswith("seen-")
        for value in request.POST.getlist(name)
    ]
    return page(
        admin,
        request,
        "many.html",
        post=None,
        title=str(_QUESTIONS[action]),
        action=action,
        box=ACTION_CHECKBOX_NAME,
        rows=[found[post.pk] for post in posts],
        sent=sent,
    )
