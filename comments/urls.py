"""The addresses of comments; a public contract."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from comments import report_page, views


class CommentNumber(IntConverter):
    """The number of a comment: digits that fit a database's bigint."""

    regex = "[0-9]{1,18}"


register_converter(CommentNumber, "comment_number")

app_name = "comments"
urlpatterns = [
    path("posts/<slug:slug>/comments/", views.submit, name="submit"),
    path("comments/<comment_number:comment_id>/", views.permalink, name="permalink"),
    path("comments/<comment_number:comment_id>/report/", report_page.report, name="report"),
    path("comments/mine/<str:token>/", views.mine, name="mine"),
]
