"""Posts that came from another site, for the tests of importing and adopting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog import roles, workflow
from blog.adoptable import adoption_list
from blog.models import Adoption, Author, Batch, Post
from blog.workflow.importing import Brought
from ledger.record import Actor, record_all
from tests.cast import make_words

BY = Actor(None, "The operator", "command")
DAY = timedelta(days=1)
LONG_AGO = timezone.now() - 3000 * DAY


def begin(file_name: str = "old-blog.xml", file_hash: str = "f" * 64) -> Batch:
    """Begin to import a file."""
    return workflow.begin_batch(source="wordpress", file_name=file_name, file_hash=file_hash, by=BY)


def brought(slug: str, **said: Any) -> Brought:
    """A post of the CEO's that was public long ago; any part can be said otherwise."""
    author = said.pop("author", None) or Author.objects.get(user__groups__name=roles.CEO)
    parts = {name: said.pop(name) for name in list(said) if name in Brought.__dataclass_fields__}
    words = make_words(author, **said)
    return Brought(**{"words": words, "slug": slug, "published_at": LONG_AGO, **parts})


def bring(batch: Batch, *items: Brought) -> list[Post]:
    """Store posts and record them, as an importer does; returns them as they are stored."""
    with transaction.atomic():
        posts, happenings = workflow.bring_in(batch, items, by=BY)
        record_all(happenings, by=BY)
    stored = Post.objects.in_bulk([post.pk for post in posts])
    return [stored[post.pk] for post in posts]


def make_import(*slugs: str, **batch: Any) -> tuple[Batch, list[Post]]:
    """Make a finished import of posts, titled after their slugs."""
    begun = begin(**batch)
    posts = bring(begun, *(brought(slug, title=slug.capitalize()) for slug in slugs))
    return workflow.finish_batch(begun, {"Posts": len(posts)}), posts


def adopt(batch: Batch, by: User) -> Adoption:
    """Sign for the list as it is now."""
    return workflow.adopt(batch, by=by, seen=adoption_list(batch).hash)
