"""The page of a post with its comments, the same from Django's cache, and a comment that is sent."""

from __future__ import annotations

import bleach
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from bench.peers.plain.models import Comment, Post


class CommentForm(forms.ModelForm):
    """What a reader fills in."""

    class Meta:
        """The fields of a comment that a reader knows."""

        model = Comment
        fields = ["name", "email", "body"]


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a post with its public comments, and a form with the token that Django's form asks for."""
    return _page(request, pk, has_token=True)


# A token would make the page each reader's own, and the cache would silently keep nothing.
@cache_page(3600)
@gzip_page
@require_safe
def cached_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same without a token, from the memory of this process."""
    return _page(request, pk, has_token=False)


def _page(request: HttpRequest, pk: int, *, has_token: bool) -> HttpResponse:
    found = get_object_or_404(Post, pk=pk)
    comments = Comment.objects.filter(post=found, is_public=True)
    shown = {"post": found, "comments": comments, "form": CommentForm(), "has_token": has_token}
    return render(request, "plain/post.html", shown)


@csrf_exempt
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Clean a comment with bleach and insert it."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    comment = form.save(commit=False)
    comment.post = get_object_or_404(Post, pk=pk)
    comment.html = bleach.clean(comment.body)
    comment.save()
    return redirect(f"/posts/{pk}/", permanent=False)
