"""The list, the page of one comment, and the addresses that decide."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.middleware import site_of
from comments.desk import answering, undoing
from comments.desk.cards import Card, cards_of
from comments.desk.crisis import crisis_page
from comments.desk.deciding import decide_many, decide_one
from comments.desk.page import context_of
from comments.desk.person import person_page
from comments.desk.reasons import REASONS
from comments.desk.tabs import SAMPLE, TABS, TabFilter, open_tab, order_of
from comments.desk.telling import way_back
from comments.desk.titles import give_titles
from comments.models import Comment, CommentQuerySet
from comments.rights import may_decide, readable

# What the filters of the list write into the address line.
_FILTERS = {
    TabFilter.parameter_name,
    "post__live_version__author__id__exact",
    "created_at__gte",
    "created_at__lt",
    "kind__exact",
}


class CardList(ChangeList):
    """A list of comments drawn as cards, for the person who looks."""

    may_decide: bool = False
    cards: Sequence[Card] = ()
    tab: str = ""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page of the list, what its cards show, and the titles of drafts on it.

        Posts that came from elsewhere may be drafts.
        """
        super().get_results(request)
        comments = list(self.result_list)
        self.result_list = comments
        posts = [comment.post for comment in comments]
        give_titles(post for post in posts if post.live_version_id is None)
        user = cast(User, request.user)
        if not request.GET.get("q") or request.GET.get("tab"):
            self.tab = open_tab(request.GET.get("tab"), user)
        if request.method != "POST":
            self.cards = cards_of(comments, user=user, site=site_of(request), tab=self.tab)

    @property
    def is_worked_off(self) -> bool:
        """Whether somebody earns praise for an empty tab: not where chance alone brings comments."""
        return self.tab in TABS and TABS[self.tab].is_waiting and self.tab != SAMPLE


class Desk(admin.ModelAdmin):
    """Nothing here changes a comment: each button and each action calls a verb of `moderation`."""

    list_filter = [
        TabFilter,
        "kind",
        ("post__live_version__author", admin.RelatedOnlyFieldListFilter),
        "created_at",
    ]
    list_display = ["excerpt"]
    list_per_page = 50
    show_full_result_count = False
    list_select_related = ["post__live_version", "parent"]
    search_help_text = gettext_lazy("Words of the comment, a name, or the title of a post.")
    actions = ["approve", "reject", "mark_spam", "remove", "restore"]
    change_list_template = "admin/comments/comment/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses that decide and answer; each takes a POST only."""
        view = self.admin_site.admin_view
        return [
            path("crisis/", view(self.crisis), name="comments_comment_crisis"),
            path("<int:pk>/decide/", view(self.decide), name="comments_comment_decide"),
            path("<int:pk>/answer/", view(self.answer), name="comments_comment_answer"),
            path("person/", view(self.person), name="comments_comment_person"),
            path("<int:pk>/release/", view(self.release), name="comments_comment_release"),
            path("<int:pk>/undo/", view(self.undo), name="comments_comment_undo"),
            path("undo/<uuid:group>/", view(self.undo_group), name="comments_comment_undo_group"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Comments come from readers."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deciding is a right of its own, and no field is edited."""
        return may_decide(cast(User, request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may read them, or decide."""
        return super().has_view_permission(request, obj) or self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing accepted is lost: “Remove” takes a comment away and keeps it."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters of this list in the address line; any other could sound out addresses."""
        return lookup in _FILTERS

    def get_queryset(self, request: HttpRequest) -> CommentQuerySet:
        """Return what this person may read."""
        return readable(cast(User, request.user))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Return the order of the open tab."""
        return [*order_of(open_tab(request.GET.get("tab"), cast(User, request.user)))]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Addresses are searched only by who sees them."""
        fields = ["name", "body", "post__live_version__title"]
        return [*fields, "email"] if may_decide(cast(User, request.user)) else fields

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that knows what its reader may do."""
        return CardList

    def get_changelist_instance(self, request: HttpRequest) -> CardList:
        """Tell the cards whether the person may decide."""
        changelist = cast(CardList, super().get_changelist_instance(request))
        changelist.may_decide = self.has_change_permission(request)
        return changelist

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the desk."""
        more = {
            "title": _("Comments"),
            "way_back": way_back(cast(User, request.user)),
            "reasons": REASONS,
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one comment whole: words, evidence, history, and what can be done."""
        comment = self._comment(request, object_id)
        return self._page(request, comment)

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry out the decision of one button, and go back to where it was pressed."""
        return decide_one(self, request, self._comment(request, str(pk)))

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back what was just decided about one comment."""
        return undoing.undo_one(self, request, self._comment(request, str(pk)))

    def undo_group(self, request: HttpRequest, group: uuid.UUID) -> HttpResponse:
        """Take back what one key decided about many."""
        return undoing.undo_group(self, request, group)

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer in the thread, or a private note by mail, or draft an answer for the byline's owner."""
        comment = self._comment(request, str(pk))
        if request.method != "POST":
            return self._page(request, comment)
        return answering.answer(self, request, comment, self._page)

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a drafted answer out under its author's name, or drop it."""
        return answering.release(self, request, self._comment(request, str(pk)))

    def crisis(self, request: HttpRequest) -> HttpResponse:
        """Show the switch that holds or closes all comments of the site, or use it."""
        return crisis_page(self, request)

    def person(self, request: HttpRequest) -> HttpResponse:
        """Show, hand out or erase what is kept under an address."""
        return person_page(self, request)

    @admin.action(description=gettext_lazy("Approve"))
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Make the ticked comments public."""
        decide_many(self, request, queryset, "approve")

    @admin.action(description=gettext_lazy("Reject"))
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Keep the ticked comments from the public."""
        decide_many(self, request, queryset, "reject")

    @admin.action(description=gettext_lazy("Mark as spam"))
    def mark_spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Call the ticked comments spam."""
        decide_many(self, request, queryset, "mark_spam")

    @admin.action(description=gettext_lazy("Remove"))
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Take the ticked public comments away."""
        decide_many(self, request, queryset, "remove")

    @admin.action(description=gettext_lazy("Put back to decide"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Let the ticked comments wait for a person again."""
        decide_many(self, request, queryset, "restore")

    def _comment(self, request: HttpRequest, object_id: str) -> Comment:
        rows = self.get_queryset(request).select_related("post__live_version__author", "parent")
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) <= 18):
            raise Http404
        found: Comment = get_object_or_404(rows, pk=int(object_id))
        return found

    def _page(
        self, request: HttpRequest, comment: Comment, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        if not self.has_view_permission(request, comment):
            self.message_user(request, _("Your account may not read this."), messages.ERROR)
            return self.response_post_save_change(request, comment)
        comment.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Comment by %(name)s") % {"name": comment.name},
            "opts": self.opts,
            "may_decide": self.has_change_permission(request),
            **context_of(request, comment),
            **more,
        }
        return TemplateResponse(
            request, "admin/comments/comment/detail.html", context, status=status
        )
