"""The newsroom: posts and pages, the site, the people, and what was signed."""

from blog.admin.images import ImageAdmin
from blog.admin.people import AuthorAdmin, SeriesAdmin, TopicAdmin
from blog.admin.posts import PostAdmin
from blog.admin.sealed import ApprovalAdmin, RenderingAdmin, ReviewAdmin, VersionAdmin
from blog.admin.site import SiteAdmin

__all__ = [
    "ApprovalAdmin",
    "AuthorAdmin",
    "ImageAdmin",
    "PostAdmin",
    "RenderingAdmin",
    "ReviewAdmin",
    "SeriesAdmin",
    "SiteAdmin",
    "TopicAdmin",
    "VersionAdmin",
]
