"""What changed in public: the history of one post, and the corrections of all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.history import changes_of, corrections, told
from blog.lists import page_number, paged
from blog.models import Post
from blog.page_store.saying import FROM_2, kept


@kept(by={"page": FROM_2})
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every public change of a post or page, newest first, with the words before and after."""
    posts = Post.objects.reachable().select_related("live_version")
    post = get_object_or_404(posts.defer("live_version__body"), slug=slug)
    address = reverse("blog:post_history", args=[slug])
    number = page_number(request.GET.get("page", "1"))
    page = paged(changes_of(post), number, lambda n: f"{address}?page={n}", address)
    context = {"post": post, "changes": [told(change) for change in page.rows], **page.addresses}
    return render(request, "blog/post_history.html", context)


@kept(by={"page": FROM_2})
@require_safe
def all_corrections(request: HttpRequest) -> HttpResponse:
    """The corrections and retractions of all posts, newest first."""
    address = reverse("blog:corrections")
    number = page_number(request.GET.get("page", "1"))
    page = paged(corrections(), number, lambda n: f"{address}?page={n}", address)
    return render(request, "blog/corrections.html", {"changes": page.rows, **page.addresses})
