"""The rows behind posts and pages, split by subject."""

from blog.models.adoption import Adoption, Batch
from blog.models.image import Image, ImageUse
from blog.models.note import Note, UnreadNote
from blog.models.old_address import OldAddress
from blog.models.outbox import Outbox
from blog.models.people import Author, Series, Topic
from blog.models.post import Post
from blog.models.public_change import PublicChange
from blog.models.quiet import QuietPeriod
from blog.models.related import NearPost, TellingWords
from blog.models.review import Approval, Review
from blog.models.search import SearchEntry
from blog.models.site import Site
from blog.models.unsaved import Unsaved
from blog.models.version import Rendering, Version
from blog.models.way_back import WayBack
from blog.models.writing_address import WritingAddress

__all__ = [
    "Adoption",
    "Approval",
    "Author",
    "Batch",
    "Image",
    "ImageUse",
    "NearPost",
    "Note",
    "OldAddress",
    "Outbox",
    "Post",
    "PublicChange",
    "QuietPeriod",
    "Rendering",
    "Review",
    "SearchEntry",
    "Series",
    "Site",
    "TellingWords",
    "Topic",
    "UnreadNote",
    "Unsaved",
    "Version",
    "WayBack",
    "WritingAddress",
]
