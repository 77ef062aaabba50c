"""A small site with one of everything a reader or a moderator can meet."""

from __future__ import annotations

from django.contrib.auth.models import User

from blog import workflow
from blog.models import Post, Series, Site, Topic
from comments import mail_links, moderation
from comments.models import Comment
from comments.private_links import private_path
from tests.cast import make_post
from tests.comments.conftest import make_comment, make_public

BODY = """\
The river rose two metres, and the floor did not.

## What we saw

| Hall | Water |
|---|---|
| One | 1.2 m |

> Nobody lost a shoe.

## What it cost

A figure[^1] and some `code`:

```text
a line that is far longer than a telephone is wide, so that it has to scroll inside its own box
```

## What comes next

1. Pumps
2. More pumps

## Sources

- [The river, daily](https://example.org/river)

[^1]: Counted twice.
"""


def make_scene(ceo: User, moderator: User) -> dict[str, str]:
    """Make the site and return the addresses of its pages by name."""
    site = Site.current()
    site.tagline, site.accent = "On decisions, and what they cost", "#0F5563"
    site.save()
    topic = Topic.objects.create(name="Water", slug="water", description="Rivers and rain.")
    series = Series.objects.create(name="The flood", slug="the-flood")
    brief = ("The floor is higher now.", "It cost 40 million.", "Nobody was hurt.")
    for part in (1, 2):
        post = make_post(
            ceo, title=f"Part {part} of the flood", slug=f"part-{part}", body=BODY, brief=brief
        )
        post.topics.add(topic)
        Post.objects.filter(pk=post.pk).update(series=series, series_part=part)
    page = make_post(ceo, kind="page", slug="about", title="About us")
    Post.objects.filter(pk=page.pk).update(menu_place="header")
    gone = make_post(ceo, title="Two wrong figures", slug="two-wrong-figures")
    workflow.retract(gone, by=ceo, notice="Two of its figures were wrong.")
    parent: Comment | None = None
    for depth in range(5):
        parent = make_public(
            post, moderator, name=f"Reader {depth}", body=f"Thought {depth}.", parent=parent
        )
    moderation.answer(
        parent or make_public(post, moderator), "Thank you, all of you.", by=ceo, seen=2
    )
    removed = make_public(post, moderator, body="To be removed.")
    make_public(post, moderator, body="An answer to what is gone.", parent=removed)
    moderation.remove(removed, by=moderator, seen=2)
    waiting = make_comment(
        post, name="Mara", body="Buy cheap backlinks at https://casino.example now"
    )
    note = make_comment(post, name="Ada", body="Please ring me.", visibility="private")
    moderation.answer_privately(note, "I will.", by=ceo, seen=1)
    asked = make_comment(post, name="Ines", body="What did it cost?", url="https://ines.example")
    decide = mail_links.link_for(asked, moderator, ["approve", "reject", "mark_spam"])
    open_question = make_comment(post, name="Ute", body="And who paid for it?")
    draft = moderation.draft_answer(open_question, "We did.", by=moderator, seen=1)
    release = mail_links.link_for(open_question, ceo, ["release", "drop"], draft=draft)
    moved = make_comment(post, name="Olu", body="It came back.")
    stale = mail_links.link_for(moved, moderator, ["approve"])
    rejected = moderation.reject(moved, by=moderator, seen=1)
    decided = mail_links.link_for(rejected, moderator, ["undo"], did="reject")
    return {
        "decide": decide.path,
        "release": release.path,
        "stale": stale.path,
        "decided": decided.path,
        "index": "/",
        "post": post.get_absolute_url(),
        "reply": f"{post.get_absolute_url()}?reply={parent.pk if parent else 0}",
        "newest first": f"{post.get_absolute_url()}?order=newest",
        "report": f"/comments/{parent.pk if parent else 0}/report/",
        "retracted": gone.get_absolute_url(),
        "history": f"{post.get_absolute_url()}history/",
        "history of a retracted post": f"{gone.get_absolute_url()}history/",
        "corrections": "/corrections/",
        "page": "/about/",
        "topic": "/topics/water/",
        "series": "/series/the-flood/",
        "author": "/authors/dana-whitfield/",
        "archive": "/archive/",
        "search": "/search/?q=river",
        "no result": "/search/?q=ocean",
        "not found": "/nowhere/",
        "waiting": private_path(waiting),
        "answered": private_path(note),
    }
