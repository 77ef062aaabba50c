"""Searching through the front door: what is found, in which order, and what a person is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog import workflow
from blog.models import Post, SearchEntry, Topic
from tests.cast import make_post
from tests.comments.conftest import make_public

pytestmark = pytest.mark.django_db


def page(query: str, **more: object) -> str:
    """Return the search page for a question."""
    answer = Client().get(f"/search/?{urlencode({'q': query, **more}, errors='surrogatepass')}")
    assert answer.status_code == 200
    return answer.content.decode()


def found(query: str, **more: object) -> list[str]:
    """Return the titles of the results, in order."""
    rows = re.findall(
        r'<h3 class="rows__title"[^>]*><a [^>]*>(.*?)</a>', page(query, **more), re.DOTALL
    )
    return [unescape(row).strip() for row in rows]


@pytest.fixture
def write(ceo: User) -> Callable[..., Post]:
    """Publish a post with a title and a body."""

    def publish(title: str, body: str = "Nothing else.", **said: object) -> Post:
        return make_post(ceo, title=title, body=body, **said)

    return publish


def test_every_word_must_be_there_in_any_order(write):
    write("Rivers", "The river rose two metres.")
    write("Lakes", "The lake rose.")
    assert found("metres river") == ["Rivers"]
    assert found("river lake") == []


def test_words_are_found_in_title_standfirst_brief_and_text(write):
    write("Alpha", "delta", standfirst="beta", brief=("gamma",))
    for word in ("alpha", "beta", "gamma", "delta", "alpha delta"):
        assert found(word) == ["Alpha"], word


@pytest.mark.parametrize(
    ("stands", "typed"),
    [
        ("Café", "cafe"),
        ("cafe", "CAFÉ"),
        ("cafe", "cafe\u0301"),
        ("İstanbul", "istanbul"),
        ("DİYARBAKIR", "diyarbakır"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Ærø", "aero"),
        ("Łódź", "lodz"),
        ("ﬁne", "fine"),
        ("Ⅷ", "viii"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("מְשׁוּבָּח", "משובח"),
        ("٢٠٢٦", "2026"),
        ("co\u00adoperate", "cooperate"),
        ("zero\u200bwidth", "zerowidth"),
        ("東京都庁", "京都"),
        ("한국어", "한국어"),
        ("ภาษาไทย", "ไทย"),
        ("launch 🎉 day", "🎉"),
        ("jazz", "jazz"),
    ],
)
def test_case_accents_and_scripts_do_not_matter(write, stands, typed):
    write("Words", f"Before {stands} after.")
    assert found(f'"{typed}"') == ["Words"]


def test_the_last_word_may_be_a_beginning(write):
    write("Kettles", "We recalled every one.")
    assert found("every recal") == ["Kettles"]
    assert found("recal every") == []
    assert found("recal* every") == ["Kettles"]
    assert found('every "recal"') == []


def test_a_short_last_word_is_no_beginning(write):
    write("Words", "The reason is recorded.")
    assert found("reason re") == []
    assert found("reason re*") == ["Words"]


def test_a_phrase_stands_together_and_within_one_block(write):
    write("Together", "We sell spare parts today.")
    write("Apart", "Parts that we can spare.\n\nparts")
    assert found('"spare parts"') == ["Together"]
    assert found("“spare parts”") == ["Together"]
    assert found("spare-parts") == ["Together"]
    assert set(found("spare parts")) == {"Together", "Apart"}


def test_a_word_after_sixteen_thousand_others_is_found_in_its_phrase(write):
    filler = "\n\n".join(" ".join(f"w{n}" for n in range(i, i + 500)) for i in range(0, 17000, 500))
    write("Long", f"{filler}\n\nthe blue heron")
    assert found('"blue heron"') == ["Long"]
    assert found('"heron blue"') == []


def test_a_minus_leaves_out(write):
    write("Kettle", "kettle and toaster")
    write("Plain", "kettle alone")
    assert found("kettle -toaster") == ["Plain"]
    assert found('kettle -"and toaster"') == ["Plain"]
    assert found("kettle -toas*") == ["Plain"]
    assert set(found("kettle -toas")) == {"Plain", "Kettle"}


def test_titles_come_first_then_the_newest_then_comments(write, moderator):
    old = write("The flood of May", "x")
    write("In text", "the flood, newer")
    make_public(old, moderator, body="That flood I remember.")
    assert found("flood") == ["The flood of May", "In text", "Mara Quist commented"]


def test_a_comment_is_found_with_its_writer_and_its_post(write, moderator):
    post = write("Rivers")
    comment = make_public(post, moderator, body="The **quagmire** was deep.")
    shown = page("quagmire")
    assert f'href="/comments/{comment.pk}/"' in shown
    assert "Mara Quist commented" in shown
    assert f'<a href="{post.get_absolute_url()}" dir="auto">Rivers</a>' in shown
    assert "The <mark>quagmire</mark> was deep." in shown
    assert found("quist") == []


def test_excerpts_are_escaped_text_with_marks_around_the_words(write):
    write("Markup", "Some `<script>alert(1)</script>` & a **Zürich** <b>kettle</b>, then *Zurich*.")
    shown = page("zurich kettle")
    excerpt = re.search(r'<p class="rows__standfirst" dir="auto">(.*?)</p>', shown, re.DOTALL)
    assert excerpt is not None
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; a <mark>Zürich</mark>" in excerpt[1]
    assert "&lt;b&gt;<mark>kettle</mark>&lt;/b&gt;" in excerpt[1]
    assert re.sub(r"</?mark>", "", excerpt[1]).count("<") == 0


def test_an_excerpt_of_a_long_text_shows_the_place(write):
    write("Long", f"{'zigzag other words ' * 300} the blue Élan here {'and more ' * 300}")
    assert re.search(r"… [^<]{20,80}<mark>Élan</mark> here and more[^<]+ …", page("elan"))


def test_results_are_narrowed_by_kind_topic_and_year(write, ceo, moderator):
    topic = Topic.objects.create(name="Water", slug="water")
    wet = write("Wet", "gadget")
    wet.topics.add(topic)
    write("Dry", "gadget")
    write("About gadgets", "gadget", kind=Post.Kind.PAGE, slug="about-gadgets")
    make_public(wet, moderator, body="A gadget indeed, and a good one.")
    assert len(found("gadget")) == 4
    assert found("gadget", kind="post") == ["Dry", "Wet"]
    assert found("gadget", kind="page") == ["About gadgets"]
    assert found("gadget", kind="comment", topic="water") == ["Mara Quist commented"]
    assert found("gadget", topic="water") == ["Wet", "Mara Quist commented"]
    year = str(wet.published_at.year)
    assert len(found("gadget", year=year)) == 4
    assert found("gadget", year="1999") == []


def test_links_to_narrow_say_how_many_and_which_is_chosen(write):
    topic = Topic.objects.create(name="Water", slug="water")
    write("Wet", "gadget").topics.add(topic)
    write("Dry", "gadget")
    shown = page("gadget")
    assert "2 results for “gadget”" in shown
    assert (
        'href="/search/?q=gadget&amp;topic=water">Water <span class="found__count">1</span>'
        in shown
    )
    assert 'aria-current="true">Everything <span class="found__count">2</span>' in shown
    narrowed = page("gadget", topic="water")
    assert 'aria-current="true">Water' in narrowed
    assert 'href="/search/?q=gadget">Show all results' in narrowed


def test_topics_and_years_count_posts_and_narrow_comments_too(client, write, moderator):
    topic = Topic.objects.create(name="Water", slug="water")
    wet = write("Wet", "gadget")
    wet.topics.add(topic)
    dry = write("Dry", "gadget")
    for number, post in enumerate((wet, wet, dry)):
        make_public(post, moderator, body=f"A gadget indeed, and a good one, no. {number}.")
    answer = client.get("/search/?q=gadget").context["answer"]
    assert answer.total == 5
    assert [(way.name, way.count) for way in answer.topics] == [("Water", 1)]
    assert [(way.name, way.count) for way in answer.years] == [(f"{wet.published_at.year}", 2)]
    narrowed = client.get("/search/?q=gadget&topic=water").context["answer"]
    assert narrowed.total == len(narrowed.results) == 3
    assert [(way.name, way.count) for way in narrowed.kinds[1:]] == [("Posts", 1), ("Comments", 2)]
    assert client.get("/search/?q=gadget&topic=water&kind=comment").context["answer"].total == 2


def test_comments_under_a_hidden_post_are_neither_counted_nor_shown(client, write, moderator, ceo):
    taken, stays = write("Taken", "x"), write("Stays", "x")
    for post in (taken, stays):
        make_public(post, moderator, body=f"A gadget under {post.title}, I say.")
    assert found("gadget") == ["Mara Quist commented"] * 2
    workflow.unpublish(taken, by=ceo)
    answer = client.get("/search/?q=gadget").context["answer"]
    assert (answer.total, [way.count for way in answer.kinds]) == (1, [1, 1])
    assert [result.entry.post_id for result in answer.results] == [stays.pk]


def test_pages_run_from_posts_into_comments_without_a_gap(client, write, moderator):
    posts = [write(f"Gadget {number}", "x") for number in range(18)]
    comments = [make_public(posts[0], moderator, body=f"A gadget, no. {n}") for n in range(5)]
    shown = []
    for number in (1, 2):
        answer = client.get(f"/search/?q=gadget&page={number}").context["answer"]
        shown += [(result.entry.kind, result.entry.number) for result in answer.results]
    assert answer.total == 23
    assert shown[:18] == [("post", post.pk) for post in reversed(posts)]
    assert shown[18:] == [("comment", comment.pk) for comment in reversed(comments)]


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "draft"},
        {"kind": "post' OR 1=1 --"},
        {"topic": "../../etc"},
        {"topic": "\x00"},
        {"year": "0"},
        {"year": "-1"},
        {"year": "99999999999999"},
        {"year": "twenty"},
    ],
)
def test_choices_that_make_no_sense_choose_nothing(write, odd):
    write("Gadgets", "gadget")
    assert found("gadget", **odd) == ["Gadgets"]


def test_a_topic_or_year_that_nothing_has_finds_nothing_and_leads_back(write):
    write("Gadgets", "gadget")
    for odd in ({"topic": "no-such"}, {"year": "1066"}, {"year": "9999"}):
        assert 'href="/search/?q=gadget">Look everywhere' in page("gadget", **odd)


@pytest.mark.parametrize("number", ["0", "-1", "2", "x", "1e3", "99999999999", "²", ""])
def test_a_page_that_is_not_there_is_not_found(client, write, number):
    write("Gadgets", "gadget")
    address = f"/search/?{urlencode({'q': 'gadget', 'page': number})}"
    assert client.get(address).status_code == 404


def test_pages_hold_all_results_once_in_a_stable_order(client, write):
    post = write("Gadgets", "gadget")
    at = post.published_at
    SearchEntry.objects.bulk_create(
        SearchEntry(
            kind="page",
            number=1000 + n,
            post=post,
            at=at,
            title=f"{n}",
            text="gadget",
            tokens=" x wgadget ",
        )
        for n in range(44)
    )
    numbers = []
    for number in (1, 2, 3):
        answer = client.get(f"/search/?q=gadget&page={number}").context["answer"]
        numbers += [result.entry.number for result in answer.results]
    assert len(numbers) == answer.total == 45
    assert numbers == [post.pk, *sorted(range(1000, 1044), reverse=True)]
    assert answer.next_url == ""
    assert answer.previous_url == "/search/?q=gadget&page=2"


def test_nothing_found_says_so_and_helps(write):
    write("Gadgets")
    shown = page("xylophone")
    assert "Nothing found for “xylophone”" in shown
    assert "Words in quotes stand together" in shown
    assert '<meta name="robots" content="noindex">' in shown


def test_only_a_minus_or_punctuation_asks_for_a_word(write):
    write("Gadgets")
    for query in ("-gadgets", "!?", '""', "-", "*"):
        assert "There is no word here to look for" in page(query), query


def test_a_page_of_results_takes_few_queries(
    client, write, moderator, database, django_assert_max_num_queries
):
    for number in range(5):
        make_public(
            write(f"Gadget {number}", "gadget"), moderator, body=f"Gadget {number}, I say so."
        )
    client.get("/search/?q=gadget")
    # The site, its menu, the span of years, the posts that match, whether all are public, the comments
    # counted and listed, the rows shown, the comments among them; a savepoint of the test, and what
    # PostgreSQL is told first.
    with django_assert_max_num_queries(12 if database == "postgresql" else 11):
        client.get("/search/?q=gadget")


HOSTILE = {
    "unbalanced quote": '"gadget',
    "three quotes": '"""',
    "operators": "gadget AND OR NOT NEAR(gadget, 2)",
    "fts column": "tokens:gadget {tokens}:x",
    "tsquery": "gadget:* & | ! <-> :A 'x'",
    "caret": "^gadget",
    "parentheses": "((gadget))) (",
    "comment": "gadget -- ; /*",
    "nul": "gad\x00get",
    "surrogate": "gadget \ud800",
    "10 kB": "gadget " * 1500,
    "10 kB of one word": "g" * 10_000,
    "punctuation": "!@#$%^&*()_+{}|:<>?~`-=[]\\;',./",
    "minus": '- -- --- -"" -\'',
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "right to left": "\u202eمرحبا שלום\u202c",
    "marks": "g" + "\u0301" * 150,
    "zero width": "\u200b\u200c\u200d\ufeff" * 40,
    "wildcards": "% _ \\ %% gadg_t \\x00",
    "sql": "'; DROP TABLE blog_post; --",
    "many words": " ".join(f"w{n}" for n in range(500)),
    "letters": " ".join("abcdefghijklmnopqrstuvwxyz"),
    "letters with stars": " ".join(f"{letter}*" for letter in "abcdefghij"),
    "han": "東京都庁" * 40,
    "dotted i": "İİİİ ııı",
    "sharp s": "ßẞ" * 50,
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "tags": "\U000e0041\U000e007f",
    "format string": "%s %(q)s {0} {q}",
    "many minus": " ".join(f"-w{n}" for n in range(100)) + " gadget",
    "many phrases": '"gadget gadget" ' * 60,
    "plus": "+gadget +-gadget",
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_is_a_question(client, write, query):
    write("Gadgets", "gadget")
    encoded = urlencode({"q": query}, errors="surrogatepass")
    assert client.get(f"/search/?{encoded}").status_code == 200
    for odd in ("topic", "kind", "year"):
        assert (
            client.get(f"/search/?q=gadget&{encoded.replace('q=', odd + '=', 1)}").status_code
            == 200
        )
    assert "Gadgets" in found("gadget")


def test_a_long_question_says_that_only_its_beginning_was_read(write):
    write("Gadgets", "gadget")
    assert "Only the first words were looked for" in page("gadget " + "word " * 60)
    assert "Only the first words" not in page("gadget " * 10)
