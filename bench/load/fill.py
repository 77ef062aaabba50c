"""Fill the database of DATABASE_URL: generated posts, and one post for each number of comments asked for.

    python bench/load/fill.py POSTS [COMMENTS…]

Run in a copy of the site. Ten comments for each post on average; a bar shows how far it is, and 1,000
posts take about a minute. The posts with so many comments are /posts/talk-COMMENTS/; all of theirs are
public, none answers another, so that every page but the last of a thread holds equally many.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer.items import Item

SIGNER = "generated"
"""The account that `manage.py generate` makes to sign its posts."""


def add_talk(comments: int) -> None:
    """Bring a post with so many public comments in, and sign it."""
    from django.contrib.auth.models import User

    from blog.adoptable import adoption_list
    from blog.workflow.adopting import adopt
    from ledger.models import Channel
    from ledger.record import Actor
    from transfer.generating import Generated
    from transfer.storing import bring

    class Talk(Generated):
        def items(self) -> Iterator[Item]:
            return (_all_shown(item, f"talk-{comments}") for item in super().items())

    source = Talk(posts=1, comments=comments, seed=comments)
    batch = bring(source, by=Actor.system(Channel.COMMAND)).batch
    found = adoption_list(batch) if batch else None
    if found is None:
        raise SystemExit(f"A post with {comments} comments is here already.")
    signer = User.objects.get(username=SIGNER)
    adopt(found.batch, by=signer, seen=found.hash, channel=Channel.COMMAND)


def _all_shown(item: Item, slug: str) -> Item:
    from comments.models import Comment
    from transfer.items import Article

    assert isinstance(item, Article)
    shown = Comment.State.APPROVED
    remarks = tuple(replace(remark, parent="", state=shown) for remark in item.remarks)
    return replace(item, slug=slug, remarks=remarks)


def main(posts: int, *talks: int) -> None:
    """Make the tables and the rows, and let the database learn about them."""
    sys.path.insert(0, str(Path.cwd()))
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("generate", posts=posts, comments=10 * posts)
    for comments in talks:
        add_talk(comments)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
