"""Bylines, topics and series in the newsroom."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blog import old_addresses, roles
from blog.admin.fields import LinksField, PictureField, SluggedForm
from blog.admin.pages import user_of
from blog.admin.recorded import RecordedForm
from blog.models import Author, Series, Topic


class Addressed(RecordedForm):
    """Rows that have a page: an address they had before keeps leading to it."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and remember the former address when it is another one now."""
        before = type(obj).objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        if before:
            former, now = before.get_absolute_url(), obj.get_absolute_url()
            old_addresses.moved(former, now, origin=self._verb("change"))


class AuthorForm(SluggedForm):
    """A byline with its picture and profiles."""

    portrait = PictureField(
        label=_("Portrait"), width=480, height=480, is_square=True, help_text=_("A square picture.")
    )
    profile_links = LinksField(
        label=_("Profiles elsewhere"),
        help_text=_("One on a line, for example: LinkedIn | https://www.linkedin.com/in/…"),
    )

    class Meta:
        model = Author
        fields = ["name", "slug", "role", "bio", "portrait", "profile_links", "user"]


@admin.register(Author)
class AuthorAdmin(Addressed):
    """Public bylines. Linking one to an account changes who must sign, so it is recorded."""

    form = AuthorForm
    list_display = ["name", "role", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "role"]
    prepopulated_fields = {"slug": ["name"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Author | None = None) -> Any:
        """Let only the CEO and administrators say whose signature a byline stands for.

        A byline is never taken from a colleague who can sign in: whoever got it could sign as her. She
        gives it away herself, or her account is disabled first.
        """
        user = user_of(request)
        owner = obj.user if obj else None
        if owner and owner.is_active and owner != user:
            return ["user"]
        return [] if user.is_superuser or roles.has_role(user, roles.CEO) else ["user"]

    def facts_of(self, form: Any) -> dict[str, Any]:
        """Say also whose byline it is from now on, where that was changed."""
        facts = super().facts_of(form)
        if "user" in form.changed_data:
            facts["account"] = form.instance.user_id
        return facts


@admin.register(Topic)
class TopicAdmin(Addressed):
    """Subjects that posts are found by."""

    form = SluggedForm
    fields = ["name", "slug", "description"]
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Series)
class SeriesAdmin(Addressed):
    """Posts that belong together and have an order."""

    form = SluggedForm
    fields = ["name", "slug", "description"]
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
