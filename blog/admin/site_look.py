"""The site as readers would see it with what stands in the form of its settings, before that is saved."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.models import Post, Site
from blog.views import reading

PARTS = {"index": gettext_lazy("the front page"), "post": gettext_lazy("the newest post")}
PICTURES = ("logo", "favicon", "portrait")
_NO_POST = gettext_lazy("Nothing is published yet, so there is no post to show.")
# The frame runs none of them, and a browser would complain of each.
_SCRIPT = re.compile(r"<script src=[^>]*></script>")


@dataclass(frozen=True)
class Look:
    """What the frame shows, if anything, and what is to be said about the form it was made of.

    `has_picture` when a file came along, which a browser does not keep for a page it shows anew.
    """

    part: str
    html: str
    problems: Sequence[str]
    has_picture: bool

    @property
    def shows(self) -> str:
        """What it is, in words."""
        return str(PARTS[self.part])


def part_of(request: HttpRequest) -> str | None:
    """Return what the pressed button asks to see, `None` when it was another button."""
    asked = request.POST.get("_look") if request.method == "POST" else None
    return asked if asked in PARTS else None


def look(request: HttpRequest, form: forms.ModelForm[Site], part: str) -> Look:
    """Render a page for readers with the typed settings; what is wrong in them stays as it is saved.

    Nothing is written. `form` was validated.
    """
    site = _as_typed(form)
    response = _page(_as_reader(request, site), site, part)
    problems = [
        f"{form[name].label}: {sentence}"
        for name, errors in form.errors.items()
        if name in form.fields
        for sentence in errors
    ]
    html = _framed(response.content.decode()) if response else ""
    said = problems if response else [str(_NO_POST), *problems]
    return Look(part, html, said, has_picture=any(form.files.get(name) for name in PICTURES))


def _as_typed(form: forms.ModelForm[Site]) -> Site:
    """Return the site as it would be: what is wrong as it is saved, pictures as data, unsaved."""
    saved, site = Site.current(), copy(form.instance)
    for name in form.errors:
        if hasattr(saved, name):
            setattr(site, name, getattr(saved, name))
    site.proposed = {
        name: _data_of(value)
        for name in PICTURES
        if isinstance(value := form.cleaned_data.get(name), ContentFile)
    }
    if site.accent:
        theme = f"{reverse('admin:blog_site_theme')}?accent={site.accent.removeprefix('#')}"
        site.proposed = {**site.proposed, "theme": theme}
    return site


def _data_of(picture: ContentFile[Any]) -> str:
    picture.seek(0)
    return f"data:image/webp;base64,{base64.b64encode(picture.read()).decode()}"


def _as_reader(request: HttpRequest, site: Site) -> HttpRequest:
    """Return a request for a page of that site, which nobody has sent."""
    asked = copy(request)
    asked.method, asked.GET, asked.POST = "GET", QueryDict(), QueryDict()
    asked._site = site  # type: ignore[attr-defined]
    return asked


def _page(request: HttpRequest, site: Site, part: str) -> HttpResponse | None:
    with timezone.override(site.zone):
        if part == "index":
            request.path = reverse("blog:index")
            return reading.index(request)
        newest = Post.objects.published().posts().newest_first().first()
        if newest is None:
            return None
        request.path = newest.get_absolute_url()
        return reading.post(request, slug=newest.slug)


def _framed(html: str) -> str:
    """Return a page whose links open beside the newsroom, and which asks for no script."""
    return _SCRIPT.sub("", html).replace("<head>", '<head><base target="_blank">', 1)
