"""A site with one of everything that can leave: texts in every state, pictures, and what readers said."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from blog import images, workflow
from blog.models import Author, Post, Series, Site, Topic
from blog.models.image import Image
from blog.old_addresses import remember
from blog.pictures import fitted
from comments import echoes, moderation, sanitize
from comments.models import (
    AnswerDraft,
    Appeal,
    Comment,
    Correspondent,
    Edit,
    Report,
    path_under,
)
from comments.spam.evidence import Evidence
from ledger.record import Actor
from tests.cast import edited, make_draft, make_post
from tests.comments.conftest import make_comment, make_public
from tests.transfer.files import picture

BODY = """\
The river rose two metres, and the floor did not.

## What we saw

| Hall | Water |
|---|---|
| One | 1.2 m |

> Nobody lost a shoe – “or hope”.

![The hall under water]({picture})

[^1]: Counted twice.

    four spaces
"""

CARE = 6
"""Of the spam filter: another one than where a site begins."""


def make_whole_site(ceo: User, moderator: User) -> None:
    """Fill a site whose owner and moderator have accounts."""
    _settings(ceo)
    lead = _picture("navy", alt="The river", caption="At noon")
    inside = _picture("maroon", alt="The hall", focus=(20, 80))
    _texts(ceo, lead, inside)
    _comments(ceo, moderator)
    remember("/feeds/water/", target="/topics/water/", origin="test")


def _settings(ceo: User) -> None:
    site = Site.current()
    site.comment_mode, site.trust_after, site.decide_within = "open", 3, 8
    site.tagline, site.accent, site.time_zone = "On decisions", "#0F5563", "Europe/Berlin"
    site.footer_text, site.profile_links = (
        "Since 1924",
        [{"label": "Elsewhere", "url": "https://example.org/w"}],
    )
    logo = fitted(io.BytesIO(picture("green")), width=320, height=80)
    site.logo.save(logo.name or "", ContentFile(logo.read()), save=False)
    site.care = CARE
    site.save()
    Author.objects.filter(user=ceo).update(bio="She runs the shop.", role="Chief executive")


def _picture(colour: str, *, focus: tuple[int, int] = (50, 50), **said: Any) -> Image:
    data = io.BytesIO(picture(colour, (64, 48)))
    image = images.keep(data, name=f"{colour}.png", by=Actor.system("command"), **said)
    image.focus_x, image.focus_y = focus
    image.save(update_fields=["focus_x", "focus_y"])
    return image


def _texts(ceo: User, lead: Image, inside: Image) -> None:
    water = Topic.objects.create(name="Water", slug="water", description="Rivers and rain.")
    Topic.objects.create(name="Steel", slug="steel")
    series = Series.objects.create(name="The flood", slug="the-flood", description="In parts.")
    body = BODY.format(picture=inside.address.url)
    shown = {"address": lead.address.url, "alt": "The river", "caption": "At noon"}
    first = make_post(
        ceo,
        title="Part 1 of the flood",
        slug="part-1",
        body=body,
        standfirst="What it cost: nothing.",
        brief=("The floor is higher.", "Nobody was hurt."),
        images=({**shown, "focus": "20% 80%"},),
        disclosure="We sell pumps.",
        legend="Figures: the works council.",
        answered_url="https://ada.example/why?x=1&y=2",
        answered_title="Why “we” do: not",
        answered_author="Ada Guest",
        answered_quote="Water finds\nits way.",
        elsewhere=(
            {"title": "A | b", "source": "The Gazette", "url": "https://gazette.example/"},
            {"title": "Floods", "source": "An almanac", "url": "http://almanac.example/"},
        ),
    )
    first.topics.add(water)
    comments = {"comment_policy": "open", "close_comments_after": 0}
    Post.objects.filter(pk=first.pk).update(series=series, series_part=1, **comments)
    remember("/2019/05/part-1/", post=first, origin="test")
    remember("/?p=12", post=first, origin="test")
    guest = Author.objects.create(name="Ada Guest", slug="ada-guest", bio="Writes elsewhere.")
    make_post(
        ceo,
        title="A view from outside: “yes” #1",
        slug="A_view-from-outside",
        author=guest,
        authorship="guest",
        authorship_detail="University of Example",
        markup="html",
        body="<p>Typed as <strong>HTML</strong>.</p>\n<h2>More</h2>\n<ul><li>one</li></ul>\n",
    )
    Post.objects.filter(slug="A_view-from-outside").update(close_comments_after=9)
    corrected = make_post(ceo, title="Wrong figure", slug="wrong-figure")
    words = edited(corrected, title="Right figure", correction="It was 3, not 2.")
    workflow.save_version(corrected, words, by=ceo)
    workflow.approve(workflow.submit(corrected, by=ceo), by=ceo)
    workflow.publish(corrected, by=ceo)
    workflow.save_version(corrected, edited(corrected, title="An even newer one"), by=ceo)
    gone = make_post(ceo, title="Two wrong figures", slug="two-wrong-figures")
    workflow.retract(gone, by=ceo, notice="Two of its figures were wrong.")
    odd = "\n---\n\nA rule first, and <b>signs</b>: \u2028 \\ 😀 {% raw %}\n\n---\n\n\n"
    make_post(ceo, title="Odd \\ signs: 'a' \u201cb\u201d # 😀", slug="odd-signs", body=odd)
    leaked = make_post(ceo, title="A leaked secret", slug="a-leaked-secret")
    workflow.redact(leaked.versions.get(), by=ceo, reason="A court said so.")
    make_draft(ceo, title="Not yet: a plan", slug="not-yet", brief=("One point.",))
    scheduled = make_draft(ceo, title="Tomorrow", slug="tomorrow")
    workflow.approve(workflow.submit(scheduled, by=ceo), by=ceo)
    workflow.schedule(scheduled, by=ceo, at=timezone.now() + timedelta(days=30))
    german = make_post(ceo, title="Teil 1 der Flut", slug="teil-1")
    younger = make_post(ceo, title="Die Mauer", slug="mauer")
    wall = make_post(ceo, title="The wall", slug="wall")
    workflow.change_post(german, {"language": "de", "translation_of": first}, by=ceo)
    workflow.change_post(younger, {"language": "de", "translation_of": wall}, by=ceo)
    page = make_post(ceo, kind="page", slug="about", title="About us", body="# We\n\ndo things.")
    Post.objects.filter(pk=page.pk).update(menu_place="header", menu_order=7)
    empty = Post.objects.get(slug="wrong-figure")
    empty.published_at = datetime(2020, 2, 29, 23, 59, 59, 1, tzinfo=UTC)
    empty.save(update_fields=["published_at"])


def _comments(ceo: User, moderator: User) -> None:
    post = Post.objects.get(slug="wrong-figure")
    first = make_public(post, moderator, name="Mara Quist", email="mara@example.com")
    reply = make_public(post, moderator, name="Ilya", body="An *answer*, `code`.", parent=first)
    moderation.answer(reply, "Thank you both.", by=ceo, seen=2)
    make_comment(post, name="Waits", body="Please read this one before it appears.")
    for verb, name in (("reject", "No"), ("mark_spam", "Spam")):
        comment = make_comment(post, name=name, body=f"To be treated: {verb}, please do that.")
        getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)
    removed = make_public(post, moderator, name="Gone", body="It was public for a while.")
    # What stands below keeps a place in the thread for what was taken away.
    make_public(post, moderator, name="Below", body="An answer to what is gone.", parent=removed)
    moderation.remove(removed, by=moderator, seen=removed.revision, reason="Off topic.")
    note = make_comment(post, name="Private", visibility="private", body="Only for you, Dana.")
    moderation.answer_privately(note, "I read it.", by=ceo, seen=note.revision)
    make_comment(post, name="Private 2", visibility="private", body="Also only for you, Dana.")
    moderation.answer(
        make_public(Post.objects.get(slug="about"), moderator, body="A word about this page."),
        "A word back.",
        by=moderator,
        seen=2,
    )
    _mention(post)
    _aftermath(first, ceo)


def _aftermath(comment: Comment, ceo: User) -> None:
    """Let everything happen to a comment that can happen to one after it was sent."""
    made = {"sanitizer": sanitize.VERSION, "revision": 1}
    for state, body in (("taken", "Said *better*."), ("waiting", "Said best.")):
        html = sanitize.render_stored(body).html
        evidence = [finding.as_dict() for finding in (Evidence("links", 0.5, "Two links."),)]
        words = {"before": comment.body, "body": body, "body_html": html, "evidence": evidence}
        Edit.objects.create(comment=comment, state=state, score=0.25, **made, **words)
    Report.objects.create(comment=comment, reader="r" * 64, reason="spam", note="Buy!", weight=0.5)
    settled = {"settled_at": timezone.now(), "was_upheld": True, "reader": "s" * 64}
    Report.objects.create(comment=comment, reason="other", **settled)
    refused = Comment.objects.get(name="No")
    Appeal.objects.create(comment=refused, text="Look again, please.")
    author = Author.objects.get(user=ceo)
    made_by = {"comment": comment, "author": author, "drafted_label": "Mo Derator"}
    AnswerDraft.objects.create(text="May I say this?", held_because="No proof.", **made_by)
    answer = Comment.objects.filter(author=author, post=comment.post).earliest("pk")
    released = {"state": "released", "decided_at": timezone.now(), "answer": answer}
    AnswerDraft.objects.create(text="Thank you both.", **released, **made_by)
    Comment.objects.filter(pk=comment.pk).update(
        wants_decision=True, wants_answers=True, confirmed_at=timezone.now()
    )
    withdrawn = {"withdrawn_from": "pending", "withdrawn_at": timezone.now()}
    waiting = Comment.objects.filter(name="Waits 2")
    make_comment(comment.post, name="Waits 2", body="I should not have said this at all.")
    waiting.update(state="withdrawn", revision=2, **withdrawn)
    echoes.forget(list(Comment.objects.filter(state="withdrawn").values_list("pk", flat=True)))
    Comment.objects.filter(name="Private").update(consented_at=timezone.now())
    Correspondent.objects.create(email="mara@example.com", mode="weekly")
    Correspondent.objects.create(email="never@example.com", muted_at=timezone.now())


def _mention(post: Post) -> None:
    """Let another site have written about a post."""
    mention = Comment.objects.create(
        post=post,
        kind=Comment.Kind.MENTION,
        name="Another blog",
        url="https://blog.example.org/about-it/",
        body="They wrote about it.",
        body_html="<p>They wrote about it.</p>\n",
        sanitizer=1,
        state=Comment.State.APPROVED,
        decided_at=timezone.now(),
    )
    mention.path = path_under(None, mention.pk)
    mention.save(update_fields=["path"])
