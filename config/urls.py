"""Every address of the site; the apps meet here and in the templates."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import conditional_page, require_safe

from blog.feeds import PostSitemap, WaysInSitemap
from blog.page_store.saying import kept
from config.views import accounts, setup

site_map = kept()(conditional_page(require_safe(sitemap)))
maps = {
    "sitemaps": {"posts": PostSitemap, "ways-in": WaysInSitemap},
    "template_name": "blog/sitemap.xml",
}

urlpatterns = [
    path("", include("comments.urls")),
    path("", include("newsletter.urls")),
    path("sitemap.xml", site_map, maps, name="sitemap"),
    path("setup/<str:token>/", setup.first_run, name="first_run"),
    path("admin/password_reset/", accounts.PasswordReset.as_view(), name="admin_password_reset"),
    path(
        "admin/password_reset/done/",
        auth.PasswordResetDoneView.as_view(),
        name="password_reset_done",
    ),
    path(
        "admin/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "admin/reset/done/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("admin/", admin.site.urls),
    # Last: a page may have any address that nothing else has.
    path("", include("blog.urls")),
]

handler404 = "blog.views.machines.not_found"
