"""Comments in the newsroom; the desk itself is the package `comments.desk`."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comments.desk.admin import Desk
from comments.desk.blocks import Blocks
from comments.models import Block, Comment, NoticeChoice

HOW_OFTEN = _(
    "Until you choose, a team gets mail at once, and who decides alone is reminded on Friday at eight."
    " Private notes are told the same way."
)

admin.site.register(Comment, Desk)
admin.site.register(Block, Blocks)


@admin.register(NoticeChoice)
class NoticeChoiceAdmin(admin.ModelAdmin):
    """Each person sees and changes only how often she herself gets mail."""

    fields = ["mode"]
    list_display = ["mode"]
    list_display_links = ["mode"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Say what happens without a choice."""
        return super().get_form(request, obj, change, help_texts={"mode": HOW_OFTEN}, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeChoice]:
        """Only one's own."""
        return super().get_queryset(request).filter(user=request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Once for each person."""
        return super().has_add_permission(request) and not self.get_queryset(request).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Choose “Never” instead."""
        return False

    def save_model(self, request: HttpRequest, obj: NoticeChoice, form: Any, change: Any) -> None:
        """Keep it for the person who is signed in."""
        obj.user = cast(User, request.user)
        super().save_model(request, obj, form, change)
