"""The addresses of the peer."""

from __future__ import annotations

from django.urls import path

from bench.peers.plain import views

urlpatterns = [
    path("posts/<int:pk>/", views.post, name="post"),
    path("cached/<int:pk>/", views.cached_post, name="cached"),
    path("posts/<int:pk>/comments/", views.submit, name="submit"),
]
