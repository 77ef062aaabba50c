"""The first run in a browser: one page, once."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from blog.refusal import Refused
from config.first_run import is_open
from config.forms import SetupForm
from config.founding import found_site
from ledger.models import Channel


@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the first person for herself and her site, found it, and take her to the newsroom.

    404 for a wrong link, and for the right one from the moment that anybody has an account.
    """
    if not is_open(token):
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = found_site(form.person(), form.beginning(), channel=Channel.SETUP)
        except Refused as refusal:
            # Two pressed the button at once: for this one the link was used a moment ago.
            if not is_open(token):
                return redirect("admin:login")
            form.add_error(None, str(refusal))
        else:
            login(request, user)
            return redirect("admin:index")
    return render(
        request, "registration/setup.html", {"form": form}, status=422 if form.errors else 200
    )
