"""The newsroom: posts and pages, the site, the people, and what was signed."""

from blog.admin.batches import BatchAdmin
from blog.admin.images import ImageAdmin
from blog.admin.old_addresses import OldAddressAdmin
from blog.admin.people import AuthorAdmin, SeriesAdmin, TopicAdmin
from blog.admin.posts import PostAdmin
from blog.admin.sealed import (
    AdoptionAdmin,
    ApprovalAdmin,
    RenderingAdmin,
    ReviewAdmin,
    VersionAdmin,
)
from blog.admin.site import SiteAdmin

__all__ = [
    "AdoptionAdmin",
    "ApprovalAdmin",
    "AuthorAdmin",
    "BatchAdmin",
    "ImageAdmin",
    "OldAddressAdmin",
    "PostAdmin",
    "RenderingAdmin",
    "ReviewAdmin",
    "SeriesAdmin",
    "SiteAdmin",
    "TopicAdmin",
    "VersionAdmin",
]
