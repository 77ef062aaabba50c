"""Storing what importers read: everything comes in once, and nothing is changed or lost in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog.models import Author, Batch, OldAddress, Post, Series, Topic, Version
from comments.models import Comment
from ledger.models import Entry
from ledger.verify import Chain
from tests.cast import make_post
from tests.transfer.sources import AT, BY, Given, Many, make_article, make_remark
from transfer.items import Label, Person, Redirection, Skipped, SourceError, Thread
from transfer.models import Imported
from transfer.storing import bring

pytestmark = pytest.mark.django_db

TABLES = (Author, Batch, OldAddress, Post, Series, Topic, Version, Comment, Imported, Entry)


def counted() -> list[int]:
    """How many rows each table has that an import may write."""
    return [table._default_manager.count() for table in TABLES]


def told(*items, **more) -> dict:
    """What an import of some items tells."""
    return bring(Given(*items, **more), by=BY).as_json()


def only_version() -> Version:
    return Version.objects.select_related("author").get()


def test_public_article_becomes_a_draft_with_its_date(ceo):
    told(make_article(slug="our-plan", topics=(Label(name="Safety"),)))
    post = Post.objects.get()
    assert (post.state, post.slug, post.published_at) == ("draft", "our-plan", AT)
    assert [topic.name for topic in post.topics.all()] == ["Safety"]
    version = only_version()
    assert (version.title, version.body) == ("Our plan", "We *mean* it.")
    assert version.batch == Batch.objects.get()
    assert version.author.user == ceo


def test_imported_post_is_not_public(ceo, client):
    make_post(ceo, title="A public one", slug="public")
    told(make_article(title="CANARY", slug="unseen", remarks=(make_remark(body="CANARY"),)))
    assert client.get("/posts/unseen/").status_code == 404
    for path in (
        "/",
        "/posts/public/",
        "/feed.atom",
        "/sitemap.xml",
        "/search/?q=floor",
        "/archive/",
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert b"CANARY" not in response.content, path
        assert b"unseen" not in response.content, path


def test_second_import_adds_nothing(ceo):
    source = Many(5, 4)
    bring(source, by=BY)
    before = counted()
    summary = bring(source, by=BY).as_json()
    assert counted() == before
    assert summary["Here already from an earlier import"] == 25
    assert "Posts imported" not in summary


def test_dry_run_tells_the_same_and_writes_nothing(ceo):
    items = [
        *Many(7, 3)._all(),
        make_article("long", title="word " * 80, author=Person(key="new", name="Nia Okafor")),
        make_article("twin", slug="note-1", series=Label(name="Letters")),
        make_article("draft", is_public=False, why_not_public="a draft"),
        make_article("bad", body="x" * 200_001),
        make_article(
            "stray", remarks=(make_remark("s1", parent="gone"), make_remark("s2", body=""))
        ),
        Redirection(path="/category/safety/", target="/topics/safety/"),
        Skipped(what="menu item", title="Home", why="menus are not imported"),
        Thread(key="t", title="Nowhere", paths=("/nowhere/",), remarks=(make_remark("t1"),)),
    ]
    before = counted()
    dry = bring(Given(*items), by=BY, dry_run=True)
    assert counted() == before
    assert dry.as_json() == bring(Given(*items), by=BY).as_json()
    assert dry.batch is None


def test_bad_source_writes_nothing(ceo):
    before = counted()
    with pytest.raises(SourceError, match="It is truncated"):
        told(make_article(), problem="It is truncated.")
    assert counted() == before


def test_import_that_breaks_off_goes_on_where_it_stopped(ceo):
    with pytest.raises(RuntimeError, match="the lights went out"):
        bring(Many(450, 1, breaks_after=420), by=BY)
    assert Post.objects.count() == 400
    batch = Batch.objects.get()
    assert batch.finished_at is None
    summary = bring(Many(450, 1), by=BY).as_json()
    assert Post.objects.count() == Comment.objects.count() == 450
    assert Batch.objects.get().finished_at
    assert summary["Posts imported"] == 450
    assert summary["Of these, here already from before it broke off"] == 800
    assert Batch.objects.get().summary == summary
    assert list(Chain().problems()) == []


def test_step_that_fails_leaves_nothing_of_itself(ceo, monkeypatch):
    from transfer import steps

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    before = counted()
    monkeypatch.setattr(steps.old_paths, "keep", fail)
    with pytest.raises(RuntimeError):
        bring(Many(3, 2), by=BY)
    assert counted() == before


def test_later_export_finishes_the_import_of_an_earlier_one_that_broke_off(ceo):
    with pytest.raises(RuntimeError):
        bring(Many(450, breaks_after=420), by=BY)
    bring(Many(460, file_name="newer.xml"), by=BY)
    first, second = Batch.objects.order_by("pk")
    assert first.finished_at and second.finished_at
    assert "newer.xml" in str(first.summary)
    assert first.versions.count() == 400
    assert second.versions.count() == 60


def test_unfinished_import_of_another_site_stays_unfinished(ceo):
    with pytest.raises(RuntimeError):
        bring(Many(250, breaks_after=220), by=BY)
    bring(Many(3, origin="https://another.example.com"), by=BY)
    assert Batch.objects.order_by("pk").first().finished_at is None


def test_changed_article_is_named_and_not_touched(ceo):
    told(make_article(), make_article("2", title="Other", slug="other"))
    summary = told(
        make_article(body="Something else."), make_article("2", title="Other", slug="other")
    )
    assert summary["Changed since, not touched"] == ["Our plan"]
    assert summary["Here already from an earlier import"] == 2
    assert Version.objects.filter(body="We *mean* it.").count() == 2


def test_new_comments_on_a_post_that_is_here_are_added_and_named(ceo):
    article = make_article(remarks=(make_remark("1"),))
    told(article)
    more = replace(article, remarks=(*article.remarks, make_remark("2", parent="1", name="Bo")))
    summary = told(more)
    assert summary["New comments on posts that were here already"] == ["Our plan: 1"]
    assert Comment.objects.get(name="Bo").parent == Comment.objects.get(name="Mara Quist")
    assert Post.objects.count() == 1
    assert Batch.objects.count() == 2


def test_new_comments_can_answer_one_that_the_export_no_longer_has(ceo):
    told(make_article(remarks=(make_remark("1"),)))
    told(make_article(remarks=(make_remark("2", parent="1", name="Bo"),)))
    assert Comment.objects.get(name="Bo").parent == Comment.objects.get(name="Mara Quist")


def test_changed_comment_is_named_and_not_touched(ceo):
    told(make_article(remarks=(make_remark("1", state="pending"),)))
    summary = told(make_article(remarks=(make_remark("1", state="approved"),)))
    assert summary["Changed since, not touched"] == ["comment of 3 May 2019 on “Our plan”"]
    assert Comment.objects.get().state == "pending"


def test_same_key_of_another_site_is_another_post(ceo):
    told(make_article())
    told(make_article(), origin="https://another.example.com")
    assert list(Post.objects.order_by("pk").values_list("slug", flat=True)) == [
        "our-plan",
        "our-plan-2",
    ]


def test_key_of_any_length_and_kind_is_known_again(ceo):
    keys = ["k" * 5000, "nul\0", "lone \ud800"]
    articles = [make_article(key, remarks=(make_remark(key),)) for key in keys]
    told(*articles)
    assert told(*articles)["Here already from an earlier import"] == 6
    assert Post.objects.count() == 3


def test_second_item_with_the_same_key_is_told(ceo):
    summary = told(
        make_article(remarks=(make_remark("1"), make_remark("1", body="Another."))),
        make_article(title="Other"),
    )
    assert summary["Posts imported"] == summary["Comments imported"] == 1
    assert [line["why"] for line in summary["Skipped"]] == [
        "another one has the same key in the source"
    ] * 2


def test_everything_skipped_is_told_with_its_reason(ceo):
    summary = told(
        Skipped(what="menu item", title="Home", why="menus are not imported"),
        make_article(body="x" * 200_001, remarks=(make_remark(),)),
        make_article("2", remarks=(make_remark("2", body=" "), make_remark("3", state="odd"))),
    )
    reasons = {line["title"]: line["why"] for line in summary["Skipped"]}
    assert reasons["menu item: Home"] == "menus are not imported"
    assert "longer than 200,000" in reasons["post: Our plan"]
    assert "comments are left out with it: 1" in reasons["post: Our plan"]
    assert reasons["comment: of 3 May 2019, on “Our plan”"]
    assert summary["Skipped: comment"] == 2


# Who wrote it


def test_byline_is_found_by_name_or_slug_and_made_otherwise(ceo):
    told(
        make_article("1", author=Person(key="a", name="Dana Whitfield")),
        make_article("2", author=Person(key="b", name="DANA Whitfield", slug="dana-whitfield")),
        make_article("3", author=Person(key="c", name="Nia Okafor", role="Editor", bio="Edits.")),
        make_article("4", author=Person(key="d", name="Nia Okafor")),
    )
    assert Author.objects.count() == 2
    nia = Author.objects.get(name="Nia Okafor")
    assert (nia.user, nia.slug, nia.role, nia.bio) == (None, "nia-okafor", "Editor", "Edits.")
    assert nia.versions.count() == 2


def test_byline_without_a_name_has_that_of_its_key(ceo):
    told(
        make_article(author=Person(key="jdoe", name=" ")),
        make_article("2", author=Person(key="", name="")),
    )
    assert {"jdoe", "Unknown author"} <= set(Author.objects.values_list("name", flat=True))


def test_two_people_of_one_slug_have_two_bylines(ceo):
    told(
        make_article("1", author=Person(key="a", name="Jo Bo", slug="jo")),
        make_article("2", author=Person(key="b", name="Jo")),
    )
    assert {"jo", "jo-2"} <= set(Author.objects.values_list("slug", flat=True))


def test_comment_by_one_of_us_carries_the_byline(ceo):
    told(make_article(remarks=(make_remark(by=Person(key="dana", name="Dana Whitfield")),)))
    comment = Comment.objects.get()
    assert comment.author == ceo.author
    assert (comment.name, comment.badge) == ("Dana Whitfield", "Chief executive")


# What it is about


def test_topics_are_found_without_regard_to_case(ceo):
    Topic.objects.create(name="Économie", slug="economie")
    told(
        make_article(
            "1", topics=(Label(name="ÉCONOMIE"), Label(name="Safety"), Label(name="safety"))
        ),
        make_article("2", topics=(Label(name="Another name", slug="economie"), Label(name=""))),
    )
    assert sorted(Topic.objects.values_list("name", flat=True)) == ["Safety", "Économie"]
    assert [post.topics.count() for post in Post.objects.order_by("pk")] == [2, 1]


def test_topics_whose_slugs_are_alike_stay_two(ceo):
    told(
        make_article(
            topics=(Label(name="C"), Label(name="C++"), Label(name="日本"), Label(name="中国"))
        )
    )
    assert sorted(Topic.objects.values_list("slug", flat=True)) == ["c", "c-2", "topic", "topic-2"]


def test_series_and_part_come_along(ceo):
    told(
        make_article(series=Label(name="Letters"), series_part=3),
        make_article("2", series=Label(name="letters"), series_part=70_000),
    )
    assert [post.series.name for post in Post.objects.all()] == ["Letters", "Letters"]
    assert sorted(post.series_part or 0 for post in Post.objects.all()) == [0, 3]


# Where it is found


@pytest.mark.parametrize(
    ("kind", "slug", "expected"),
    [
        ("post", "our-plan", "our-plan"),
        ("post", "taken", "taken-2"),
        ("post", "archive", "archive"),
        ("page", "archive", "archive-2"),
        ("post", "Grüße aus Köln", "grue-aus-koln"),
        ("post", "", "the-title"),
        ("post", "x" * 300, "x" * 120),
    ],
)
def test_address_is_the_source_s_where_it_is_free(ceo, kind, slug, expected):
    make_post(ceo, slug="taken")
    told(make_article(kind=kind, slug=slug, title="The title"))
    assert Post.objects.get(versions__batch__isnull=False).slug == expected


def test_address_without_any_latin_letter_is_its_date(ceo):
    told(make_article(slug="日本", title="日本"))
    assert Post.objects.get().slug == "post-2019-05-03"


def test_hundreds_of_posts_of_one_title_have_addresses_of_their_own(ceo):
    told(*(make_article(f"{number}") for number in range(450)))
    slugs = set(Post.objects.values_list("slug", flat=True))
    assert len(slugs) == 450
    assert "our-plan-450" in slugs


def test_old_addresses_lead_to_the_post(ceo):
    summary = told(
        make_article(slug="new", old_paths=("/2019/05/old/", "/?p=12", "//evil.example/")),
        Redirection(path="/category/safety/", target="/topics/safety/"),
    )
    assert summary["Old addresses kept"] == 3
    assert OldAddress.objects.get(path="/?p=12").post == Post.objects.get()
    assert OldAddress.objects.get(path="/category/safety").target == "/topics/safety/"
    assert [line["title"] for line in summary["Old addresses not kept"]] == ["//evil.example/"]


# What does not fit


def test_title_that_is_too_long_is_shortened_and_kept_whole(ceo):
    whole = " ".join(["Considerations"] * 18)
    told(make_article(title=whole))
    version = only_version()
    assert len(version.title) <= 200
    assert version.title.endswith("Considerations…")
    assert version.standfirst == whole


def test_whole_title_stands_in_a_note_where_the_standfirst_is_full(ceo):
    whole = " ".join(["Considerations"] * 40)
    summary = told(make_article(title=whole, standfirst="We say why."))
    assert only_version().standfirst == "We say why."
    assert whole in str(summary["Notes"])


def test_what_is_shortened_is_told_whole(ceo):
    summary = told(
        make_article(standfirst="s " * 300, byline="b" * 200, brief=("one", "two", "three", "four"))
    )
    version = only_version()
    assert len(version.standfirst) <= 300
    assert len(version.byline) <= 80
    assert version.brief == ["one", "two", "three"]
    whole = str(summary["Notes"])
    assert "b" * 200 in whole and "four" in whole and ("s " * 300).strip() in whole


def test_article_without_title_and_text_comes_in(ceo):
    summary = told(make_article(title=" ", body=""))
    assert only_version().title == "Untitled"
    assert [line["why"] for line in summary["Notes"]] == ["It had no title.", "It has no text."]


def test_characters_that_no_database_keeps_are_dropped(ceo):
    told(
        make_article(
            title="A\0B\ud800", body="one\0two\x0b", standfirst="\ufffe", byline="\0Bo",
            remarks=(make_remark(name="N\0\ud800", body="w\0x", url="http://\0", email="a\0@b.c"),),
            topics=(Label(name="T\0", description="\0"),), notes=("n\0",), old_paths=("/a\0/",),
        )
    )  # fmt: skip
    assert only_version().title == "AB"
    assert Comment.objects.get().name == "N"


def test_draft_of_the_source_is_told_and_cannot_be_adopted(ceo):
    future = timezone.now() + timedelta(days=9)
    summary = told(
        make_article("1", title="Secret", is_public=False, why_not_public="behind a password"),
        make_article("2", title="Later", at=future),
        make_article("3", title="Dateless", at=None),
    )
    drafts = {line["title"]: line["why"] for line in summary["Kept as drafts"]}
    assert drafts == {"Secret": "behind a password", "Later": "dated in the future"}
    assert [version.title for version in Version.objects.filter(batch__isnull=False)] == [
        "Dateless"
    ]
    assert Post.objects.get(versions__title="Later").published_at == future


def test_date_without_a_zone_is_taken_for_utc(ceo):
    told(make_article(at=datetime(2019, 5, 3, 9, 30)))  # noqa: DTZ001 - as a careless reader gives it
    assert Post.objects.get().published_at == datetime(2019, 5, 3, 9, 30, tzinfo=UTC)


# Comments


def test_mentions_and_states_are_counted_and_kept(ceo):
    summary = told(
        make_article(
            remarks=(
                make_remark("1", state="pending"),
                make_remark("2", state="spam"),
                make_remark("3", kind="mention", name="", body="", url="https://blog.example/x"),
            )
        )
    )
    assert (summary["Comments imported"], summary["Mentions imported"]) == (2, 1)
    mention = Comment.objects.get(kind="mention")
    assert (mention.name, mention.state) == ("blog.example", "approved")


def test_addresses_that_are_none_are_left_out_and_counted(ceo):
    summary = told(
        make_article(
            remarks=(
                make_remark("1", email="not an address", url="javascript:alert(1)"),
                make_remark("2", email="mara@example.org", url="https://mara.example.org/"),
                make_remark("3", url="https://long.example/" + "x" * 300),
            )
        )
    )
    assert summary["Comments whose e-mail or web address was none and is left out"] == 2
    kept = Comment.objects.order_by("created_at").values_list("email", "url")
    assert list(kept) == [("", ""), ("mara@example.org", "https://mara.example.org/"), ("", "")]


def test_private_note_is_never_public(ceo):
    told(make_article(remarks=(make_remark(visibility="private", state="approved"),)))
    assert Comment.objects.get().state == "pending"


def test_answered_note_and_reason_come_along(ceo):
    note = make_remark("1", visibility="private", state="pending", answer="Thank you.")
    note = replace(note, answered_at=AT, answered_by="Dana Whitfield")
    told(make_article(remarks=(note, make_remark("2", state="removed", reason="Names a person."))))
    answered, removed = Comment.objects.order_by("created_at")
    assert (answered.answer, answered.answered_at, answered.answered_by) == (
        "Thank you.",
        AT,
        "Dana Whitfield",
    )
    assert (removed.reason, removed.decided_at) == ("Names a person.", removed.created_at)


def test_answers_to_nothing_are_counted(ceo):
    summary = told(
        make_article(remarks=(make_remark("1", parent="gone"), make_remark("2", parent="2")))
    )
    assert summary["Answers to a comment that is not there, which now stand by themselves"] == 2


@pytest.mark.parametrize("path", ["/2019/our-plan/", "/posts/our-plan/", "/?p=7"])
def test_thread_finds_its_post_by_a_path(ceo, path):
    told(make_article(slug="our-plan", old_paths=("/2019/our-plan/", "/?p=7")))
    summary = told(
        Thread(key="t", title="Our plan", paths=("/nowhere/", path), remarks=(make_remark(),)),
        origin="forum",
    )
    assert Comment.objects.get().post == Post.objects.get()
    assert summary["Comments imported"] == 1


def test_thread_without_a_post_is_told(ceo):
    summary = told(Thread(key="t", title="Gone", paths=("/gone/",), remarks=(make_remark(),)))
    assert Comment.objects.count() == 0
    assert summary["Skipped"][0]["title"] == "thread: Gone"
    assert "left out: 1" in summary["Skipped"][0]["why"]


# What is kept of it


def test_record_names_the_import_and_stays_whole(ceo):
    bring(Many(3, 2), by=BY)
    entry = Entry.objects.get(verb="import")
    assert entry.facts["things"] == 9
    assert entry.facts["file"] == Batch.objects.get().file_hash
    assert Entry.objects.filter(verb="import_comments").count() == 3
    assert list(Chain().problems()) == []


def test_empty_source_makes_no_batch(ceo):
    summary = bring(Given(), by=BY)
    assert Batch.objects.count() == 0
    assert list(summary.lines()) == ["Nothing was found in it.", "Control characters dropped: 3"]


def test_summary_lists_a_thousand_and_counts_the_rest(ceo):
    skips = [Skipped(what="thing", title=f"{number}", why="none") for number in range(1200)]
    summary = told(*skips)
    assert summary["Skipped: thing"] == 1200
    assert len(summary["Skipped"]) == 1001
    assert summary["Skipped"][-1] == "and 200 more"


def test_byline_of_an_account_is_not_taken_by_a_name_that_looks_like_it(ceo):
    eve = Person(key="eve", name="Dána Whitfïeld", slug="dana-whitfield")
    told(make_article(author=eve, remarks=(make_remark(by=eve),)))
    assert only_version().author.user is None
    comment = Comment.objects.select_related("author").get()
    assert (comment.author.name, comment.author.user) == ("Dána Whitfïeld", None)


def test_byline_of_an_account_is_found_by_her_name(ceo):
    told(make_article(author=Person(key="dw", name="dana WHITFIELD", slug="dana-whitfield")))
    assert only_version().author.user == ceo


def test_byline_without_account_is_found_by_the_slug_of_the_source():
    Author.objects.create(name="Mara Quist, engineer", slug="mara")
    told(make_article(author=Person(key="1", name="Mara Quist", slug="mara")))
    assert only_version().author.name == "Mara Quist, engineer"
