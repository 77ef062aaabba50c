"""The admin site of the newsroom: its name, what it points out, and a test of the mail server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import update_wrapper
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from blog import outbox
from blog.middleware import site_of
from comments.desk.spam_report import spam_report
from config.founding import lacks
from config.signed_out import words_to_copy
from config.signin import SignInForm
from config.today import coming_next, waiting_for
from ledger import guards

_APPS = ("blog", "comments", "audience", "newsletter", "auth", "ledger")
_MODELS = ("Post", "Comment", "Image", "Topic", "Series", "Author", "Site")


def _place(name: str, order: Sequence[str]) -> int:
    """Return where a name stands in an order; what is not in it keeps its place at the end."""
    return order.index(name) if name in order else len(order)


class Newsroom(AdminSite):
    """Django's admin under the site's own name."""

    login_form = SignInForm
    index_title = gettext_lazy("Newsroom")
    empty_value_display = "–"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse a tick that is no number, and a filter no column can hold; Django itself would break.

        Words that come after the session ended are shown, where Django would drop them.
        """
        inner = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            ticked = request.POST.getlist(ACTION_CHECKBOX_NAME) if request.method == "POST" else []
            if not all(tick.isascii() and tick.isdigit() and len(tick) < 19 for tick in ticked):
                raise BadRequest(_("A row was named that no list has."))
            words = None if request.user.is_authenticated else words_to_copy(self, request)
            if words:
                return words
            try:
                response: HttpResponseBase = inner(request, *args, **kwargs)
            except (DataError, OverflowError, ValueError) as error:
                if not _is_filtered_list(request):
                    raise
                # The log keeps what happened, should it have been a fault of ours after all.
                raise BadRequest(_("No list can be filtered like this.")) from error
            return response

        return update_wrapper(checked, inner)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name every page after the site."""
        name = site_of(request).name or _("New site")
        return {**super().each_context(request), "site_title": name, "site_header": name}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The front page of the newsroom: what needs attention, what waits for her, and the lists."""
        user = cast(User, request.user)
        context = {
            "alarms": list(alarms()),
            "notices": list(notices(request)),
            "waiting": waiting_for(user),
            "coming": coming_next(user),
            "tests_mail": runs_the_site(user),
        }
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Call users colleagues, and begin with what most come for."""
        apps = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: _place(app["app_label"], _APPS))
        for app in apps:
            app["models"].sort(key=lambda model: _place(model["object_name"], _MODELS))
        for model in (model for app in apps for model in app["models"]):
            if model["object_name"] == "User":
                model["name"] = _("Colleagues")
        return apps

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Add the report on the spam filter and the test of the mail server."""
        report = self.admin_view(spam_report)
        test = self.admin_view(require_POST(self.test_mail))
        return [
            path("comments/spam-report/", report, name="comments_spam_report"),
            path("test-mail/", test, name="test_mail"),
            *super().get_urls(),
        ]

    def test_mail(self, request: HttpRequest) -> HttpResponse:
        """Send one message to whoever asks, now, and say what the mail server answered."""
        user = cast(User, request.user)
        if not runs_the_site(user):
            raise PermissionDenied
        if not user.email:
            messages.error(request, _("Your account has no e-mail address to send a test to."))
            return redirect("admin:index")
        try:
            outbox.message(user.email, *_test_words(request)).send()
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the answer asked for
            messages.error(
                request,
                _("The mail was not taken. The answer: %(answer)s")
                % {"answer": outbox.answer_of(error)},
            )
        else:
            messages.success(request, _taken(user.email))
        return redirect("admin:index")


def _is_filtered_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(request.GET and match and str(match.url_name).endswith("_changelist"))


def alarms() -> Iterator[str]:
    """Yield a sentence for each thing that must be mended at once, whoever sees it first."""
    missing = guards.missing()
    if missing:
        yield _("The database has lost its guards (%(names)s). Run: manage.py migrate") % {
            "names": ", ".join(missing)
        }


def notices(request: HttpRequest) -> Iterator[str]:
    """Yield a sentence for each thing that whoever runs the site may still want to set up."""
    user = cast(User, request.user)
    if not runs_the_site(user):
        return
    if mail_goes_to_files():
        yield _("Mail goes to files, not to people. Whoever runs this site can set EMAIL_URL.")
    if user.is_superuser and (lacking := lacks(user)):
        yield _(
            "Your account lacks %(what)s. This gives it all of that:"
            " manage.py setup --user %(user)s"
        ) % {"what": ", ".join(lacking), "user": user.get_username()}
    if site_of(request).is_demo:
        yield _("This is a demonstration. Begin your own site with: manage.py demo --remove")


def runs_the_site(user: User) -> bool:
    """Whether settings and commands are this person's business: a chief executive, an administrator."""
    return user.has_perm("auth.change_user")


def mail_goes_to_files() -> bool:
    """Whether nobody gets the mail of this site."""
    return bool(settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"))


def _test_words(request: HttpRequest) -> tuple[str, str]:
    name = site_of(request).name
    now = date_format(timezone.localtime(), "d F Y, H:i")
    return _("A test from %(name)s") % {"name": name}, _(
        "This is a test, sent on %(now)s. Mail from %(name)s arrives.\n"
    ) % {"now": now, "name": name}


def _taken(address: str) -> str:
    if mail_goes_to_files():
        return _(
            "The mail to %(address)s was written to a file, as everything is while "
            "EMAIL_URL is not set."
        ) % {"address": address}
    return _("The mail server took the test. Please look whether it arrives at %(address)s.") % {
        "address": address
    }
