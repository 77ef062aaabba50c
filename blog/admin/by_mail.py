"""The page on which a writer finds, and renews, the private address she writes posts to."""

from __future__ import annotations

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from blog import workflow, writing_addresses
from blog.admin.pages import page, say, to, user_of
from blog.models import Post, WritingAddress
from blog.refusal import Refused


def by_mail(admin: ModelAdmin[Post], request: HttpRequest) -> HttpResponse:
    """Show her address (GET), or make another one (POST). Without mail coming in there is no page."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    if not writing_addresses.is_switched_on():
        raise Http404
    user = user_of(request)
    row = WritingAddress.objects.filter(user=user).first()
    if request.method == "POST":
        _renew(request, is_first=row is None)
        return to("by_mail")
    return page(
        admin,
        request,
        "by_mail.html",
        post=None,
        title=_("Write by mail"),
        address=writing_addresses.address_of(row) if row else "",
        made_at=row.made_at if row else None,
        sender=user.email,
    )


def _renew(request: HttpRequest, *, is_first: bool) -> None:
    try:
        workflow.renew_writing_address(by=user_of(request))
    except Refused as refusal:
        say(request, str(refusal), is_refusal=True)
    else:
        first = _("This is your address now.")
        later = _("This is your address now. The one before has ended.")
        say(request, first if is_first else later)
