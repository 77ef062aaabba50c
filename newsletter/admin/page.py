"""The page of the newsletter: its switch, its readers, its mailings, and addresses in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.pages import row_number, say, user_of
from blog.middleware import site_of
from blog.models import Post, Version
from blog.refusal import Refused
from newsletter import health, moving, owning
from newsletter.admin.bringing import bring_in
from newsletter.models import Edition, Newsletter
from newsletter.posts import unbegun
from newsletter.privacy import privacy_text
from newsletter.rights import may_manage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


_COMING = 20
_SWITCHES: dict[str, tuple[Callable[..., None], StrOrPromise]] = {
    "on": (
        owning.switch_on,
        gettext_lazy("The newsletter is on. Readers can join, and new posts are mailed."),
    ),
    "off": (owning.switch_off, gettext_lazy("The newsletter is off. The addresses are kept.")),
    "pause": (owning.pause, gettext_lazy("Nothing is sent for now.")),
    "resume": (owning.resume, gettext_lazy("It goes on.")),
}


@admin.register(Newsletter)
class NewsletterAdmin(admin.ModelAdmin):
    """One page in place of Django's list and form."""

    def get_urls(self) -> list[URLPattern]:
        """The page, and the one that brings addresses in."""
        view, site = "newsletter_newsletter", self.admin_site
        return [
            path("", site.admin_view(self.changelist_view), name=f"{view}_changelist"),
            path("import/", site.admin_view(self.bring_in), name=f"{view}_import"),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever manages the newsletter."""
        return may_manage(user_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the buttons of its page."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the page (GET), or do what a button says (POST)."""
        self._require(request)
        if request.method == "POST":
            try:
                if request.POST.get("do") == "export":
                    return _file(request)
                say(request, _done(request))
            except Refused as refusal:
                say(request, str(refusal), is_refusal=True)
            return HttpResponseRedirect(reverse("admin:newsletter_newsletter_changelist"))
        return self._page(request, "newsletter.html", _context(request))

    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Take addresses from a file."""
        self._require(request)
        answer = bring_in(request)
        if isinstance(answer, HttpResponse):
            return answer
        status = 422 if answer["form"].errors else 200
        return self._page(request, "import.html", answer, status=status)

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        known = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Newsletter"),
        }
        name = f"admin/newsletter/{template}"
        response = TemplateResponse(request, name, known | context, status=status)
        add_never_cache_headers(response)
        return response


def _context(request: HttpRequest) -> dict[str, Any]:
    newsletter = Newsletter.current()
    return {
        "newsletter": newsletter,
        "weekdays": Newsletter.Weekday.choices,
        "hours": range(24),
        "zone": site_of(request).zone,
        "counts": health.counts(),
        "coming": _coming(newsletter),
        "mailings": health.mailings(),
        "failure": health.last_failure(),
        "dns_lines": health.dns_lines(site_of(request)),
        "privacy_text": privacy_text(),
    }


def _file(request: HttpRequest) -> HttpResponse:
    """Hand over the addresses."""
    head = {"Content-Disposition": 'attachment; filename="newsletter.csv"'}
    text = moving.take_out(by=user_of(request))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8", headers=head)
    add_never_cache_headers(response)
    return response


def _coming(newsletter: Newsletter) -> list[tuple[Post, str, bool]]:
    """Return the posts that may be mailed next, with their titles, and whether each was left out."""
    if not newsletter.is_on:
        return []
    states = [Post.State.DRAFT, Post.State.SCHEDULED, Post.State.PAUSED]
    latest = Version.objects.filter(post=OuterRef("pk")).order_by("-number").values("title")
    ahead = Post.objects.posts().filter(state__in=states).annotate(newest=Subquery(latest[:1]))
    fresh = Post.objects.published().posts().filter(edition__is_skipped=True)
    fresh = fresh.select_related("live_version")
    posts = [*unbegun(newsletter), *fresh.newest_first()[:_COMING], *ahead[:_COMING]]
    out = Edition.objects.filter(is_skipped=True, post__in=[post.pk for post in posts])
    left_out = set(out.values_list("post", flat=True))
    by_key = {post.pk: post for post in posts}
    return [
        (post, getattr(post, "newest", "") or post.title, post.pk in left_out)
        for post in by_key.values()
    ]


def _done(request: HttpRequest) -> str:
    """Do what the pressed button says, and return what to say of it."""
    user, do = user_of(request), request.POST.get("do", "")
    if do in _SWITCHES:
        verb, sentence = _SWITCHES[do]
        verb(by=user)
        return str(sentence)
    if do == "week":
        day, hour = (row_number(request.POST.get(name, "")) for name in ("weekday", "hour"))
        owning.set_week(_or_refused(day), _or_refused(hour), by=user)
        return _("The weekly mail goes out then.")
    if do in {"skip", "include"}:
        return _about_post(request, do)
    raise Refused(_("Press one of the buttons."))


def _about_post(request: HttpRequest, do: str) -> str:
    key = row_number(request.POST.get("post", ""))
    post = Post.objects.posts().filter(pk=key).first() if key is not None else None
    if post is None:
        raise Refused(_("This post is not here any more."))
    if do == "skip":
        owning.skip(post, by=user_of(request))
        return _("“%(title)s” will not be mailed.") % {"title": post.title}
    owning.include(post, by=user_of(request))
    return _("“%(title)s” will be mailed when it comes out.") % {"title": post.title}


def _or_refused(number: int | None) -> int:
    return -1 if number is None else number
