"""The addresses of posts and pages; a public contract."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from blog.feed_formats import asked_again
from blog.feeds import JsonPostFeed, PostFeed
from blog.views import assets, changes, machines, media, reading


class PageNumber(IntConverter):
    """A page number of at most five digits, so that no address asks for a number that overflows."""

    regex = "[0-9]{1,5}"


class Year(IntConverter):
    """A year of this calendar that every database can count from."""

    regex = "[12][0-9]{3}"


register_converter(PageNumber, "page_number")
register_converter(Year, "year")

feed = asked_again(PostFeed())
json_feed = asked_again(JsonPostFeed())

app_name = "blog"
urlpatterns = [
    path("", reading.index, name="index"),
    path("page/<page_number:number>/", reading.index, name="index_page"),
    path("posts/<slug:slug>/", reading.post, name="post"),
    path("posts/<slug:slug>.md", machines.markdown, name="markdown"),
    path("posts/<slug:slug>/card-<slug:name>.png", media.card, name="card"),
    path("posts/<slug:slug>/history/", changes.history, name="post_history"),
    path("corrections/", changes.all_corrections, name="corrections"),
    path("topics/<slug:slug>/", reading.topic, name="topic"),
    path("topics/<slug:slug>/feed.atom", feed, name="topic_feed"),
    path("topics/<slug:slug>/feed.json", json_feed, name="topic_feed_json"),
    path("series/<slug:slug>/", reading.series, name="series"),
    path("authors/<slug:slug>/", reading.author, name="author"),
    path("archive/", reading.archive, name="archive"),
    path("archive/<year:year>/", reading.archive_year, name="archive_year"),
    path("search/", reading.search, name="search"),
    path("feed.atom", feed, name="feed"),
    path("feed.json", json_feed, name="feed_json"),
    path("robots.txt", machines.robots, name="robots"),
    path("theme.css", machines.theme, name="theme"),
    path("site.<slug:digest>.css", assets.stylesheet, name="stylesheet"),
    path("media/site/<str:name>", media.site_picture, name="site_picture"),
    path("media/images/<str:name>", media.post_picture, name="post_picture"),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
    # Last, since a page may have any address that nothing else has.
    path("<slug:slug>/", reading.page, name="page"),
]
