"""The addresses of comments; a public contract."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from comments import mail_views, views


class CommentNumber(IntConverter):
    """The number of a comment: digits that fit a database's bigint."""

    regex = "[0-9]{1,18}"


register_converter(CommentNumber, "comment_number")

app_name = "comments"
urlpatterns = [
    path("posts/<slug:slug>/comments/", views.submit, name="submit"),
    path("comments/<comment_number:comment_id>/", views.permalink, name="permalink"),
    path("comments/mine/<str:token>/", views.mine, name="mine"),
    path("comments/confirm/<str:token>/", mail_views.confirm, name="confirm"),
    path("comments/mail/<str:token>/", mail_views.mail_choices, name="mail_choices"),
]
