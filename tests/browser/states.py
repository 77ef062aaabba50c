"""The hard states of the pages that readers see: long, empty, crowded, wide, and written from the right."""

from __future__ import annotations

from django.contrib.auth.models import User

from blog.models import Post, Series, Site, Topic
from comments.models import Comment
from comments.models.comment import path_under
from tests.cast import make_post
from tests.comments.conftest import make_public
from tests.pictures import kept, lead, photographed

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ADDRESS = "https://example.org/" + "a-path-without-an-end/" * 8
TITLE = "The morning after the flood, and what forty of us carried out of hall two by hand"
BRIEF = (
    "The river rose two metres in a night, and forty of us carried pumps until six.",
    "Nobody was hurt. Hall two stands still until March, and its people are paid.",
    "The new floor is a metre higher and costs €1.4 million.",
)
BODY = f"""\
The river rose two metres in a night, and the floor did not. Forty of us carried pumps until morning,
and then we carried the machines. What follows is what we saw, hour by hour, as it was written down.

![The pump that ran until six](PICTURE "The pump that ran until six. Photograph: Mo Lindqvist")

## What we saw

| Hall | Water at midnight | Water at six | Machines lost | Insured for | Repair | Who decides |
|---|---:|---:|---:|---:|---:|---|
| One | 1.20 m | 0.40 m | 14 | €1,200,000 | €1,480,000 | Wim Kuipersma |
| Two | 2.05 m | 1.10 m | 3 | €900,000 | €212,000 | Harriet Osei |

> “Nobody lost a shoe,” said Wim, “and nobody asked what it would cost.”

## What it cost

{WORD} is one word, and {ADDRESS} is one address. A figure[^1], some `code`, and a block of it:

    def pumped(hours: float, litres_an_hour: float = 120_000.0, halls: tuple[str, ...] = ()) -> float:

1. First the people.
2. Then the machines:
   - the presses,
   - the lathes.

### What the insurer pays

A third, in June.[^2]

## قاعة المصنع

ارتفع النهر مترين في ليلة واحدة، ولم ترتفع الأرضية.

## What is next

The floor.

[^1]: The gauge at the lock, read at six in the morning.
[^2]: See [the letter of the insurer](https://example.org/letter).
"""
ARABIC = {
    "title": "لماذا رفعنا أرضية المصنع",
    "standfirst": "ارتفع النهر مترين في ليلة واحدة.",
    "brief": ("لم يصب أحد بأذى.", "الأرضية الجديدة أعلى بمتر واحد."),
    "body": "ارتفع النهر مترين في ليلة واحدة، ولم ترتفع الأرضية.\n\n> لم يفقد أحد حذاءه.\n\nوهذا كل شيء.",
}


def make_states(ceo: User, moderator: User, *, crowd: int = 500) -> dict[str, str]:
    """Publish a post in each hard state, under a public byline with a bio, and return their addresses.

    `crowd` is how many comments the crowded post has.
    """
    Site.objects.update(tagline="Dana Whitfield on decisions, and what they cost")
    ceo.author.bio = "Dana has run the works since 2019. She writes here on Fridays before ten."
    ceo.author.profile_links = [{"label": "Talks", "url": "https://talks.example/dana"}]
    ceo.author.save()
    water = Topic.objects.create(
        name="Water", slug="water", description="The river, and what it does to us."
    )
    flood = Series.objects.create(name="The flood", slug="the-flood", description="In three parts.")
    wide = make_post(
        ceo,
        slug="words",
        title=f"{WORD} {WORD}",
        standfirst=ADDRESS[:200],
        brief=(WORD * 2, ADDRESS),
        body=f"{WORD * 3}\n\n{ADDRESS * 2}",
        byline=WORD[:80],
    )
    make_public(wide, moderator, name=WORD[:60], body=f"{WORD * 3} {ADDRESS * 2}")
    right = make_post(ceo, slug="right", **ARABIC)
    make_public(right, moderator, name="سلمى حداد", body="شكرا لكم على هذه الكلمات.")
    plain = make_post(ceo, slug="plain", title="One layer fewer", standfirst="Fourteen people.")
    make_public(plain, moderator, name="Ines Moor", body="And the fifteenth?")
    crowded = make_post(ceo, slug="crowded", title="What would you ask?", brief=("Ask me.",))
    make_crowd(make_public(crowded, moderator, name="Mara Quist", body="Who pays?"), crowd)
    picture = kept(photographed((1600, 1067)), name="hills.jpg").address
    full = make_post(
        ceo,
        slug="full",
        title=TITLE,
        standfirst="Forty of us carried pumps until six. The hall is dry, and the floor will be higher.",
        brief=BRIEF,
        body=BODY.replace("PICTURE", picture.url),
        images=(lead(picture, caption="The hills behind hall two. Photograph: Mo Lindqvist"),),
        authorship="with",
        authorship_detail="Sam Ortiz, communications",
        disclosure="Dana owns shares in the works.",
    )
    for post in (full, plain):
        post.topics.add(water)
    for part, post in enumerate((plain, full), 1):
        Post.objects.filter(pk=post.pk).update(series=flood, series_part=part)
    return {
        "index": "/",
        "full": full.get_absolute_url(),
        "plain": plain.get_absolute_url(),
        "crowded": crowded.get_absolute_url(),
        "right": right.get_absolute_url(),
        "words": wide.get_absolute_url(),
        "archive": "/archive/",
        "topic": water.get_absolute_url(),
        "series": flood.get_absolute_url(),
        "author": ceo.author.get_absolute_url(),
        "search": "/search/?q=river",
        "nothing": "/search/?q=ocean",
        "lost": "/nowhere/",
    }


def make_crowd(first: Comment, count: int) -> None:
    """Let `first`, which is public, be followed by more of its kind, so that there are `count` in all."""
    crowd = [
        Comment(
            post=first.post,
            name=f"Reader {number}",
            body=f"Question {number}, and who answers it?",
            body_html=f"<p>Question {number}, and who answers it?</p>",
            sanitizer=first.sanitizer,
            state=first.state,
            created_at=first.created_at,
        )
        for number in range(2, count + 1)
    ]
    for comment in Comment.objects.bulk_create(crowd):
        comment.path = path_under(None, comment.pk)
    Comment.objects.bulk_update(crowd, ["path"], batch_size=200)
