"""Posts and pages in the newsroom: the list, and the addresses of everything done with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from blog import workflow
from blog.admin import earlier, noting, sharing, signing, steps, while_writing
from blog.admin.by_mail import by_mail
from blog.admin.coming import coming
from blog.admin.editor import edit
from blog.admin.filters import AuthorFilter, KindFilter, NeedsYou, StateFilter, TopicFilter
from blog.admin.many import ask_about
from blog.admin.pages import post_or_404, row_number, say, to, user_of
from blog.admin.quiet import quiet
from blog.models import Post, Version
from blog.refusal import Refused
from blog.standing import Standing, standings

LONGEST_SEARCH = 200
MOST_AT_ONCE = 100
"""Posts that one action takes: as many as a person reads the names of."""

Verb = Callable[[HttpRequest, Post], None]
FILTERS: list[Any] = [StateFilter, NeedsYou, KindFilter, TopicFilter, AuthorFilter]
_SAVED_AT = Version.objects.filter(post=OuterRef("pk")).order_by("-number").values("saved_at")[:1]
# The moment that the column `date` shows.
_SHOWN_AT = Coalesce("published_at", Subquery(_SAVED_AT), "created_at")


class PostList(ChangeList):
    """The list, which asks once for everything its rows say."""

    counted = ""
    """How many posts and how many pages were found, in words."""

    def get_results(self, request: HttpRequest) -> None:
        """Read one page of rows and where each of them stands."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for pk, standing in standings(self.result_list).items():
            next(post for post in self.result_list if post.pk == pk).standing = standing
        self.counted = self._count(self.queryset.filter(kind=Post.Kind.PAGE).count())

    def _count(self, pages: int) -> str:
        posts = self.result_count - pages
        said = {
            "posts": ngettext("%(count)s post", "%(count)s posts", posts)
            % {"count": _grouped(posts)},
            "pages": ngettext("%(count)s page", "%(count)s pages", pages)
            % {"count": _grouped(pages)},
        }
        if posts and pages:
            return gettext("%(posts)s and %(pages)s") % said
        return said["pages"] if pages else said["posts"] if posts else gettext("Nothing is here.")


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    """Every button and every action calls a verb, so that nothing here goes around a signature."""

    list_display = ["headline", "where_it_stands", "by", "date", "changed"]
    list_filter = FILTERS
    ordering = [_SHOWN_AT.desc(), "-pk"]
    list_per_page = 50
    search_fields = ["slug", "versions__title", "versions__byline", "versions__body"]
    search_help_text = gettext_lazy("Words of a title or text, a name, or an address.")
    show_full_result_count = False
    actions = ["publish_all", "take_back_all"]

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of one post to those of the list."""
        pages: Sequence[tuple[str, Callable[..., HttpResponse], str]] = [
            ("<int:pk>/preview/", earlier.preview, "preview"),
            ("<int:pk>/preview/<int:number>/", earlier.preview, "preview"),
            ("<int:pk>/earlier/", earlier.earlier, "earlier"),
            ("<int:pk>/earlier/<int:number>/blank/", steps.blank, "blank"),
            ("<int:pk>/keep/", while_writing.keep, "keep"),
            ("keep/", while_writing.keep, "keep"),
            ("<int:pk>/look/", while_writing.look, "look"),
            ("look/", while_writing.look, "look"),
            ("<int:pk>/sign/", signing.sign, "sign"),
            ("<int:pk>/take-back/", steps.take_back, "take_back"),
            ("<int:pk>/retract/", steps.retract, "retract"),
            ("<int:pk>/undo/", steps.undo, "undo"),
            ("<int:pk>/share/", sharing.share, "share"),
            ("<int:pk>/notes/", noting.notes, "notes"),
        ]
        view = self.admin_site.admin_view
        own = [
            path(route, view(partial(page, self)), name=f"blog_post_{name}")
            for route, page, name in pages
        ]
        month = path("coming/", view(partial(coming, self)), name="blog_post_coming")
        periods = path("quiet/", view(partial(quiet, self)), name="blog_post_quiet")
        mail = path("by-mail/", view(partial(by_mail, self)), name="blog_post_by_mail")
        return [month, periods, mail, *own, *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters of this list in the address line; they know their values."""
        return lookup in {wanted.parameter_name for wanted in FILTERS}

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Refuse: a post is taken back or retracted, and what was signed stays on record."""
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the actions of the list are offered; the verbs check again."""
        return user_of(request).has_perm("blog.publish_post")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Use the list that asks once."""
        return PostList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Bring the live words along, which name a post."""
        return (
            super().get_queryset(request).select_related("live_version").defer("live_version__body")
        )

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Return the newest first; of what is scheduled, what comes next."""
        if request.GET.get(StateFilter.parameter_name) == "scheduled":
            return ["published_at", "pk"]
        return [*super().get_ordering(request)]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """Search for a few words; a database gives up on very many."""
        if len(search_term) <= LONGEST_SEARCH:
            return super().get_search_results(request, queryset, search_term)
        say(
            request,
            _("Search for at most %(most)s characters.") % {"most": LONGEST_SEARCH},
            is_refusal=True,
        )
        return queryset.none(), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under the name people use for it."""
        return super().changelist_view(
            request, {"title": _("Posts and pages")} | (extra_context or {})
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show or save the one form in which a post is written."""
        if object_id is not None:
            return edit(self, request, post_or_404(self, request, object_id))
        if not self.has_add_permission(request):
            raise PermissionDenied
        return edit(self, request, None)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Say what there is instead of deleting."""
        post = post_or_404(self, request, object_id)
        sentence = _("Posts are not deleted. Take it back to hide it, or retract it with a notice.")
        say(request, sentence, is_refusal=True)
        return to("change", post.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the earlier versions, which are the history of a post."""
        return to("earlier", post_or_404(self, request, object_id).pk)

    def action_checkbox(self, post: Post) -> Any:
        """The box to tick, and which text the row shows, so that nobody signs another one."""
        number = post.latest_version.number if post.latest_version else ""
        shown = '{}<input type="hidden" name="seen-{}" value="{}">'
        return format_html(shown, super().action_checkbox(post), post.pk, number)

    @admin.display(description=gettext_lazy("title"))
    def headline(self, post: Post) -> str:
        """The newest title, which is what an editor looks for."""
        version = post.latest_version
        return (version.title if version else "") or post.slug

    @admin.display(description=gettext_lazy("state"))
    def where_it_stands(self, post: Post) -> str:
        """The state in words, and what kind it is when it is no post."""
        standing: Standing = post.standing  # type: ignore[attr-defined]
        return (
            _("Page · %(sentence)s") % {"sentence": standing.sentence}
            if post.kind == Post.Kind.PAGE
            else standing.sentence
        )

    @admin.display(description=gettext_lazy("by"))
    def by(self, post: Post) -> str:
        """The byline of the newest text."""
        return post.latest_version.byline if post.latest_version else ""

    @admin.display(description=gettext_lazy("date"), ordering=_SHOWN_AT)
    def date(self, post: Post) -> str:
        """When readers see it from, else when it was last saved."""
        saved = post.latest_version.saved_at if post.latest_version else post.created_at
        return _moment(post.published_at or saved)

    @admin.display(description=gettext_lazy("last change"))
    def changed(self, post: Post) -> str:
        """Who saved the newest text, and when."""
        version = post.latest_version
        return f"{_moment(version.saved_at)}, {version.saved_by_label}" if version else ""

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_all(self, request: HttpRequest, posts: QuerySet[Post]) -> HttpResponse | None:
        """Publish the ticked posts that have every signature; alone, sign what the rows showed."""
        return self._each(request, posts, _publish, _published)

    @admin.action(description=gettext_lazy("Take back"), permissions=["publish"])
    def take_back_all(self, request: HttpRequest, posts: QuerySet[Post]) -> HttpResponse | None:
        """Put the ticked posts back among the drafts."""
        return self._each(request, posts, _take_back, _taken_back)

    def _each(
        self, request: HttpRequest, posts: QuerySet[Post], verb: Verb, said: Callable[[int], str]
    ) -> HttpResponse | None:
        """Name the ticked posts and ask; then call `verb` for each, and say why others were refused."""
        if posts.count() > MOST_AT_ONCE:
            say(
                request,
                _("Choose at most %(most)s at a time.") % {"most": MOST_AT_ONCE},
                is_refusal=True,
            )
            return None
        if request.POST.get("confirmed") != "yes":
            return ask_about(self, request, list(posts.order_by("pk")))
        count = 0
        for post in posts.order_by("pk"):
            try:
                verb(request, post)
                count += 1
            except Refused as refusal:
                say(request, f"{post.title}: {refusal}", is_refusal=True)
        if count:
            say(request, said(count))
        return None


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "j M Y, H:i")


def _publish(request: HttpRequest, post: Post) -> None:
    if post.is_retracted:
        raise Refused(_("It was retracted. Open it if readers shall see it again."))
    workflow.publish(post, by=user_of(request), seen=_shown_number(request, post))


def _published(count: int) -> str:
    return ngettext("%(count)s post published.", "%(count)s posts published.", count) % {
        "count": count
    }


def _taken_back(count: int) -> str:
    return ngettext("%(count)s post taken back.", "%(count)s posts taken back.", count) % {
        "count": count
    }


def _take_back(request: HttpRequest, post: Post) -> None:
    workflow.unpublish(post, by=user_of(request))


def _shown_number(request: HttpRequest, post: Post) -> int | None:
    """Return which text of `post` its row showed, or `None` when the row was on another page."""
    return row_number(request.POST.get(f"seen-{post.pk}", ""))
