"""What somebody sent from the form of a post after the session ended: shown to her, to be copied."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from blog.form_values import BRIEF_FIELDS, TEXT_FIELDS
from blog.forms import PostForm

_FORMS = {"blog_post_add", "blog_post_change"}
# The text stands near the top, as it does in the form.
_NAMES = tuple(dict.fromkeys(("title", "body", *TEXT_FIELDS, *BRIEF_FIELDS, "elsewhere")))


def words_to_copy(site: AdminSite, request: HttpRequest) -> HttpResponse | None:
    """Return a page with the words that came with a press, or `None` where none came.

    It is for a browser without script, which cannot ask beforehand. Nothing is stored: nobody has
    proved whose words they are.
    """
    match = request.resolver_match
    if request.method != "POST" or match is None or match.url_name not in _FORMS:
        return None
    words = [(name, _label(name), request.POST[name]) for name in _NAMES if request.POST.get(name)]
    if not words:
        return None
    page = {"title": _("You are signed out"), "words": words, "address": request.path}
    context = {**site.each_context(request), **page}
    response = TemplateResponse(request, "admin/blog/post/signed_out.html", context, status=403)
    add_never_cache_headers(response)
    return response


def _label(name: str) -> str:
    field = PostForm.base_fields[name]
    return str(field.label or name.capitalize())
