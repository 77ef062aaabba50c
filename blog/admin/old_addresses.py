"""Old addresses in the newsroom: where each leads, and whether readers get there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import live_addresses, old_addresses
from blog.admin.formats import called
from blog.admin.recorded import RecordedForm
from blog.live_addresses import Found
from blog.models import OldAddress, Post

LONGEST_TYPED = 2000
ORIGINS = {
    "newsroom": gettext_lazy("Written here"),
    "change_post": gettext_lazy("The address was changed"),
    "change_topic": gettext_lazy("The address was changed"),
    "change_series": gettext_lazy("The address was changed"),
    "change_author": gettext_lazy("The address was changed"),
}


class OldAddressForm(forms.ModelForm):
    """An old address and a path of this site; the path of a post stands for the post itself."""

    path = forms.CharField(
        label=gettext_lazy("Old address"),
        max_length=LONGEST_TYPED,
        help_text=gettext_lazy(
            "As others link to it: /2019/05/our-plan/, /?p=12, or all of it with https://…"
        ),
    )
    leads_to = forms.CharField(
        label=gettext_lazy("Leads to"),
        max_length=LONGEST_TYPED,
        help_text=gettext_lazy(
            "A page of this site, such as /posts/our-plan/ or /topics/safety/."
            " A post is found wherever it moves later."
        ),
    )

    class Meta:
        model = OldAddress
        fields = ["path"]

    def __init__(self, *args: Any, **options: Any) -> None:
        """Show where a row leads today."""
        super().__init__(*args, **options)
        row = self.instance
        self.fields["leads_to"].initial = row.post.get_absolute_url() if row.post else row.target

    def clean_path(self) -> str:
        """Return the spelling under which it is kept."""
        typed = self.cleaned_data["path"]
        path = old_addresses.normal(_without_host(typed))
        if path is None:
            raise ValidationError(
                _("Write a path of a site, such as /2019/05/our-plan/ or /?p=12.")
            )
        if path == "/":
            raise ValidationError(_("That is the front page, which is always there."))
        if OldAddress.objects.filter(path=path).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This old address is in the list already. Change it there."))
        if path != self.initial.get("path"):
            _require_no_page(path)
        return path

    def clean_leads_to(self) -> str:
        """Set the post or the path on the row, and return the path."""
        target = _of_this_site(self.cleaned_data["leads_to"])
        post = _post_at(target)
        self.instance.post, self.instance.target = post, "" if post else target
        return target

    def clean(self) -> dict[str, Any]:
        """Refuse what readers would never arrive at."""
        found = super().clean() or {}
        path, target = found.get("path"), found.get("leads_to")
        if path and target and not self.instance.post:
            if old_addresses.leads_back(path, target):
                self.add_error("leads_to", _("It would lead in a circle, back to the old address."))
            elif not _answers(target):
                self.add_error(
                    "leads_to",
                    _("No page is at %(target)s now. Choose one that readers see.")
                    % {"target": target},
                )
        return found


def _without_host(typed: str) -> str:
    try:
        parts = urlsplit(typed)
    except ValueError:
        return ""
    if not parts.netloc or parts.scheme not in {"http", "https"}:
        return typed
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _of_this_site(typed: str) -> str:
    """Return a path of this site, also for the whole address of one."""
    target = typed.removeprefix(settings.SITE_URL) or "/"
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        raise ValidationError(
            _("It must lead to a page of this site. Begin with one slash: /about/")
        )
    if not old_addresses.is_own(target):
        raise ValidationError(_("Write a path without spaces, of at most 500 characters."))
    return target


def _require_no_page(path: str) -> None:
    """Refuse what a page has now: readers get the page, and are never led away from it."""
    if path.startswith("/?"):
        return
    match live_addresses.at(path.partition("?")[0]):
        case Found.PAGE:
            raise ValidationError(
                _("A page has this address now, so nobody would be led elsewhere.")
            )
        case Found.PERHAPS:
            raise ValidationError(_("The site itself uses this address. Choose another one."))


def _post_at(target: str) -> Post | None:
    """Return the post or page, public or not, whose address it is."""
    path = target.partition("#")[0].partition("?")[0]
    try:
        match = resolve(f"{path.rstrip('/')}/")
    except Resolver404:
        return None
    kinds = {"blog:post": Post.Kind.POST, "blog:page": Post.Kind.PAGE}
    if match.view_name not in kinds or path != target:
        return None
    return Post.objects.filter(kind=kinds[match.view_name], slug=match.kwargs["slug"]).first()


def _answers(target: str) -> bool:
    path = target.partition("#")[0].partition("?")[0]
    is_there = live_addresses.at(path) is not Found.NOTHING
    return is_there or old_addresses.find(target) is not None


@admin.register(OldAddress)
class OldAddressAdmin(RecordedForm):
    """The list of old addresses, each with what a reader of it finds now."""

    form = OldAddressForm
    list_display = ["path", "leads_to", "works", "came_from"]
    list_select_related = ["post"]
    list_per_page = 50
    search_fields = ["path", "target", "post__slug"]
    search_help_text = gettext_lazy("A part of the old address, or of where it leads.")
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under the name people use for it."""
        return super().changelist_view(
            request, {"title": _("Old addresses")} | (extra_context or {})
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OldAddress], search_term: str
    ) -> tuple[QuerySet[OldAddress], bool]:
        """Search for the path of a whole address as well."""
        term = search_term.strip()
        path = old_addresses.normal(_without_host(term)) if "://" in term else None
        return super().get_search_results(request, queryset, path or search_term[:LONGEST_TYPED])

    def save_model(self, request: HttpRequest, obj: OldAddress, form: Any, change: bool) -> None:
        """Say of a new row that it was written here."""
        if not change:
            obj.origin = "newsroom"
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, row: OldAddress) -> str:
        """The address of today, as a link."""
        address = row.post.get_absolute_url() if row.post else row.target
        return format_html('<a href="{}">{}</a>', address, address)

    @admin.display(description=gettext_lazy("works"))
    def works(self, row: OldAddress) -> str:
        """Whether readers get there, or why not. No query for most rows that lead to a post."""
        if not row.path.startswith("/?") and _is_page(row.path):
            return _("A page has this address now")
        if row.post:
            is_reached = row.post.is_published or row.post.is_retracted
            return _("Yes") if is_reached else _("Once the post is public")
        return _("Yes") if old_addresses.find(row.path) else _("No: no page is there")

    @admin.display(description=gettext_lazy("why it is here"))
    def came_from(self, row: OldAddress) -> str:
        """How it came into the list."""
        if row.origin in ORIGINS or not row.origin:
            return str(ORIGINS.get(row.origin, ""))
        return _("From %(source)s") % {"source": called(row.origin)}


def _is_page(path: str) -> bool:
    return live_addresses.at(path.partition("?")[0]) is Found.PAGE
