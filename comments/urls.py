"""The addresses of comments; a public contract."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from blog.feed_formats import asked_again
from comments import mail_decisions, mail_views, private_views, report_page, views
from comments.feeds import CommentFeed, JsonCommentFeed


class CommentNumber(IntConverter):
    """The number of a comment: digits that fit a database's bigint."""

    regex = "[0-9]{1,18}"


register_converter(CommentNumber, "comment_number")

feed = asked_again(CommentFeed())
json_feed = asked_again(JsonCommentFeed())

app_name = "comments"
urlpatterns = [
    path("posts/<slug:slug>/comments/", views.submit, name="submit"),
    path("posts/<slug:slug>/comments/feed.atom", feed, name="feed"),
    path("posts/<slug:slug>/comments/feed.json", json_feed, name="feed_json"),
    path("comments/<comment_number:comment_id>/", views.permalink, name="permalink"),
    path("comments/mine/<str:token>/", private_views.mine, name="mine"),
    path("comments/mine/<str:token>/edit/", private_views.edit, name="mine_edit"),
    path("comments/mine/<str:token>/withdraw/", private_views.withdraw, name="mine_withdraw"),
    path("comments/mine/<str:token>/come-back/", private_views.come_back, name="mine_come_back"),
    path("comments/mine/<str:token>/appeal/", private_views.appeal, name="mine_appeal"),
    path("comments/mine/<str:token>/consent/", private_views.consent, name="mine_consent"),
    path("comments/decide/<str:token>/", mail_decisions.decide, name="decide"),
    path("comments/confirm/<str:token>/", mail_views.confirm, name="confirm"),
    path("comments/mail/<str:token>/", mail_views.mail_choices, name="mail_choices"),
    path("comments/<comment_number:comment_id>/report/", report_page.report, name="report"),
]
