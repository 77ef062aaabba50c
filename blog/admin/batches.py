"""Imports in the newsroom: what came in one file, and the button that adopts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import workflow
from blog.admin import import_summary
from blog.admin.formats import called
from blog.admin.lookups import PlainLookups
from blog.admin.pages import say, user_of
from blog.adoptable import adoption_list, left_out, waiting, with_counts
from blog.models import Adoption, Batch, Post, Version
from blog.refusal import Refused, Stale
from blog.standing import standings

PER_PAGE = 100


class AdoptForm(forms.Form):
    """The tick, and which list it stands for."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    looked = forms.BooleanField(
        label=gettext_lazy("I have looked at this list"),
        label_suffix="",
        error_messages={"required": gettext_lazy("Look at the list, and tick that you have.")},
    )


@dataclass(frozen=True)
class LeftOut:
    """A post that the signature does not cover: where it stands, and why."""

    post: Post
    stands: str
    why: str


@admin.register(Batch)
class BatchAdmin(PlainLookups):
    """Read-only but for one button, which calls the verb."""

    list_display = ["file_name", "where_it_stands", "came", "by_whom", "from_where"]
    ordering = ["-begun_at", "-pk"]
    list_select_related = ["adoption"]
    list_per_page = 50
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the commands of the command line import."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: an import is what it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: its posts name it."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """Count what waits, once for all rows."""
        return with_counts(super().get_queryset(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under the name people use for it."""
        return super().changelist_view(request, {"title": _("Imports")} | (extra_context or {}))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show one import (GET), or adopt it (POST)."""
        batch = self._batch(request, object_id)
        if request.method != "POST":
            return self._page(request, batch, AdoptForm())
        if not user_of(request).has_perm("blog.adopt_batch"):
            raise PermissionDenied
        form = AdoptForm(request.POST)
        return (
            self._adopted(request, batch, form)
            if form.is_valid()
            else self._again(request, batch, form)
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the page, which is its history."""
        return _to(self._batch(request, object_id))

    @admin.display(description=gettext_lazy("came"), ordering="begun_at")
    def came(self, batch: Batch) -> str:
        """When it was begun."""
        return date_format(localtime(batch.begun_at), "j M Y, H:i")

    @admin.display(description=gettext_lazy("imported by"), ordering="begun_by_label")
    def by_whom(self, batch: Batch) -> str:
        """Who ran the command, where somebody is known for it."""
        return batch.begun_by_label if batch.begun_by else _("The command line")

    @admin.display(description=gettext_lazy("from"), ordering="source")
    def from_where(self, batch: Batch) -> str:
        """What kind of export it is."""
        return called(batch.source)

    @admin.display(description=gettext_lazy("state"))
    def where_it_stands(self, batch: Batch) -> str:
        """Whether somebody has signed for it, or may."""
        adoption: Adoption | None = getattr(batch, "adoption", None)
        if adoption:
            return _("Adopted by %(by_label)s on %(day)s") % {
                "by_label": adoption.by_label,
                "day": _day(adoption),
            }
        if batch.finished_at is None:
            return _("Not finished")
        count: int = getattr(batch, "waiting_posts", None) or 0
        if not count:
            return _("Nothing to adopt")
        said = ngettext(
            "%(count)s post waits to be adopted", "%(count)s posts wait to be adopted", count
        )
        return said % {"count": number_format(count, force_grouping=True)}

    def _batch(self, request: HttpRequest, object_id: str | None) -> Batch:
        if object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        batch: Batch | None = self.get_object(request, object_id)
        if batch is None:
            raise Http404
        return batch

    def _adopted(self, request: HttpRequest, batch: Batch, form: AdoptForm) -> HttpResponse:
        """Adopt, and say how many; or show the page again with the reason why not."""
        seen = form.cleaned_data["seen"]
        try:
            adoption = workflow.adopt(batch, by=user_of(request), seen=seen)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
            return self._again(request, batch, form, status=status)
        said = ngettext(
            "Adopted: %(count)s post is taken over, with the date it had.",
            "Adopted: %(count)s posts are taken over, with the dates they had.",
            adoption.count,
        )
        say(request, said % {"count": number_format(adoption.count, force_grouping=True)})
        return _to(batch)

    def _again(
        self, request: HttpRequest, batch: Batch, form: AdoptForm, *, status: int = 200
    ) -> HttpResponse:
        """Show the page with what is wrong, and with the list as it is now: it is to be ticked anew."""
        return self._page(request, self._batch(request, str(batch.pk)), form, status=status)

    def _page(
        self, request: HttpRequest, batch: Batch, form: AdoptForm, *, status: int = 200
    ) -> HttpResponse:
        adoption = getattr(batch, "adoption", None)
        left = left_out(batch)
        posts = _posts(batch, adoption, left)
        may_adopt = adoption is None and workflow.may_adopt(user_of(request))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import of %(file_name)s") % {"file_name": batch.file_name},
            "batch": batch,
            "adoption": adoption,
            "stands": self.where_it_stands(batch),
            "from_where": self.from_where(batch),
            "summary": import_summary.read(batch.summary, request.GET),
            "posts": Paginator(posts, PER_PAGE).get_page(request.GET.get("page")),
            "left": Paginator(left, PER_PAGE).get_page(request.GET.get("left")),
            "form": form,
            "seen": adoption_list(batch).hash if may_adopt else "",
            "may_adopt": may_adopt,
        }
        context["left_rows"] = _left_rows(context["left"])
        response = TemplateResponse(request, "admin/blog/batch/page.html", context, status=status)
        add_never_cache_headers(response)
        return response


def _posts(batch: Batch, adoption: Adoption | None, left: QuerySet[Post]) -> QuerySet[Version]:
    """Return the words that wait for the signature, or that it covers, with all their row shows."""
    found = (
        batch.versions.exclude(post__in=left).order_by("post_id") if adoption else waiting(batch)
    )
    rows = found.select_related("post", "author").defer("body")
    return rows.prefetch_related("post__old_addresses")


def _left_rows(page: Page[Post]) -> list[LeftOut]:
    posts = list(page.object_list)
    return [
        LeftOut(post, standing.sentence, _why(standing.version))
        for post, standing in zip(posts, standings(posts).values(), strict=True)
    ]


def _why(newest: Version | None) -> str:
    if newest is None or newest.redacted_at:
        return _("Its words were blanked.")
    if newest.number > 1:
        return _("It was edited here: the new text needs an approval of its own.")
    return _("It was published or taken back on its own.")


def _day(adoption: Adoption) -> str:
    return date_format(localtime(adoption.at), "j F Y")


def _to(batch: Batch) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:blog_batch_change", args=[batch.pk]))
