"""Related posts: near by their words, kept by the worker, and public at the moment they are shown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import NearPost, Post, Series, TellingWords
from blog.related import comparing, keeping
from blog.related.nearness import Nearness
from blog.related.reading import MOST_SHOWN, related_to
from blog.related.telling import MOST_WORDS, telling_words
from config.jobs import JOBS
from tests.cast import edited, make_draft, make_post

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "safety": (
        (
            "The forklift that nobody heard",
            (
                "A forklift came down the ramp with a pallet and stopped one metre from a mechanic. "
                "We closed the ramp and wrote a safety rule: whoever sees a danger stops the line. "
                "Near misses on the floor are reported the same day, without blame."
            ),
        ),
        (
            "A year without a lost finger",
            (
                "No accident on the press floor for a year, and eighty near misses reported. "
                "Gloves, guards and a slower forklift did it, and a safety walk every morning. "
                "An injury is a failure of the plant and never of the mechanic."
            ),
        ),
        (
            "Why the line stops more often now",
            (
                "Anybody who sees a danger may stop the line. The reports of near misses doubled. "
                "Accidents halved. The forklift drivers asked for mirrors at the ramp and got them. "
                "Safety costs us forty minutes a week."
            ),
        ),
    ),
    "prices": (
        (
            "Why we raised prices again",
            (
                "Steel costs a third more than last spring, and our margin was gone. We raise prices by "
                "six per cent in March. Customers with a contract keep the old price until it ends. "
                "The price of steel is published each month, and ours follows it down as well."
            ),
        ),
        (
            "What a dishwasher costs us",
            (
                "Steel, motors, freight: the costs of one machine, line by line, with our margin. "
                "Customers asked why the price went up by six per cent. Freight doubled. "
                "Here is the invoice we pay for steel."
            ),
        ),
        (
            "Lower prices from Monday",
            (
                "Steel is cheaper, so our prices fall by four per cent on Monday. Whoever bought in "
                "the past month gets the difference back. Margins stay where they were. "
                "Customers told us that they had not believed it."
            ),
        ),
    ),
    "hiring": (
        (
            "Mend this toaster",
            (
                "We hire apprentices by what they can mend. The interview is a bench with a broken toaster "
                "and a screwdriver. A diploma is not asked for. Of thirty candidates nine were hired."
            ),
        ),
        (
            "Nine apprentices, one year later",
            (
                "Eight of the nine apprentices hired without a diploma stayed. Their interview was "
                "a toaster. Two candidates whom we sent away were hired by a competitor, who was right."
            ),
        ),
        (
            "The interview we stopped doing",
            (
                "Candidates dreaded the panel of five. It found people who interview well. "
                "Now apprentices are hired at the bench, and a mechanic decides, not the diploma."
            ),
        ),
    ),
    "climate": (
        (
            "Our emissions, counted twice",
            (
                "We counted our carbon emissions again and found a mistake of a fifth: heating gas was "
                "missing. The heat pump replaces the gas boiler in autumn. Emissions fall by a third."
            ),
        ),
        (
            "The boiler goes, the heat pump comes",
            (
                "The gas boiler of 1988 is switched off. A heat pump takes warmth from the canal, and "
                "solar panels give it power. Carbon emissions of the hall fall by nine hundred tonnes."
            ),
        ),
        (
            "What the solar panels really gave",
            (
                "The solar panels gave less power than promised: shade from the silo. With the heat pump "
                "our gas bill still halved, and carbon emissions are down by a quarter."
            ),
        ),
    ),
}
TITLES = {title: subject for subject, texts in SUBJECTS.items() for title, _ in texts}


@pytest.fixture
def twelve(ceo: Any) -> dict[str, Post]:
    """Twelve posts on four subjects, by title; no two of a subject follow each other."""
    texts = [texts[place] for place in range(3) for texts in SUBJECTS.values()]
    posts = {title: make_post(ceo, title=title, body=body) for title, body in texts}
    keeping.keep_up()
    return posts


def shown(post: Post) -> list[str]:
    """Return the titles under “Related” on the page of a post."""
    page = Client().get(post.get_absolute_url()).content.decode()
    _, _, after = page.partition('aria-labelledby="related"')
    return re.findall(r'class="more__title"[^>]*>([^<]*)<', after.partition("</section>")[0])


def three(ceo: Any) -> list[Post]:
    """Make the three posts on one subject."""
    return [make_post(ceo, title=title, body=body) for title, body in SUBJECTS["safety"]]


# What is near


def test_each_of_twelve_posts_finds_its_own_subject(twelve):
    for title, post in twelve.items():
        found = shown(post)
        own = [other for other in found if TITLES[other] == TITLES[title]]
        assert TITLES[found[0]] == TITLES[title], found
        assert len(set(own) - {title}) == 2, found
        assert len(found) <= MOST_SHOWN


def test_command_finds_what_the_worker_found(twelve, capsys):
    by_worker = sorted(NearPost.objects.values_list("post", "other", "nearness"))
    call_command("reindex")
    assert "Posts compared by their words: 12" in capsys.readouterr().out
    assert {pair[:2] for pair in NearPost.objects.values_list("post", "other")} == {
        pair[:2] for pair in by_worker
    }


def test_post_with_nothing_near_shows_nothing(twelve, ceo):
    alone = make_post(ceo, title="Beekeeping", body="Hives, queens and nectar on our roof.")
    keeping.keep_up()
    assert shown(alone) == []
    assert b'id="related"' not in Client().get(alone.get_absolute_url()).content


def test_two_posts_alone_on_a_site_find_each_other(ceo):
    one, other, _ = three(ceo)
    keeping.keep_up()
    assert other.title in shown(one)


def test_pages_are_not_related(ceo):
    title, body = SUBJECTS["safety"][0]
    post = make_post(ceo, title=title, body=body)
    page = make_post(ceo, title="Safety", body=body, kind=Post.Kind.PAGE)
    keeping.keep_up()
    assert shown(post) == []
    assert not TellingWords.objects.filter(post=page).exists()


def test_other_parts_of_its_series_are_left_out(ceo):
    one, other, third = three(ceo)
    keeping.keep_up()
    assert set(shown(one)) == {other.title, third.title}
    series = Series.objects.create(name="Safety", slug="safety-series")
    Post.objects.filter(pk__in=[one.pk, other.pk]).update(series=series)
    assert shown(one) == [third.title]
    assert one.title in shown(third)


# Never what is not public


@pytest.mark.parametrize("end", ["unpublish", "retract", "redact"])
def test_post_that_is_taken_away_is_shown_nowhere_and_its_words_are_gone(ceo, end):
    one, other, _ = three(ceo)
    keeping.keep_up()
    assert other.title in shown(one)
    match end:
        case "unpublish":
            workflow.unpublish(other, by=ceo)
        case "retract":
            workflow.retract(other, by=ceo, notice="It was wrong.")
        case "redact":
            workflow.redact(other.live_version, by=ceo, reason="A court said so.")
    assert other.title not in shown(one)
    assert TellingWords.objects.get(post=other).words == {}
    keeping.keep_up()
    assert other.title not in shown(one)
    assert not TellingWords.objects.filter(post=other).exists()
    assert not NearPost.objects.filter(Q(post=other) | Q(other=other)).exists()


def test_row_that_was_left_behind_shows_nothing_that_is_not_public(ceo):
    one, hidden = three(ceo)[0], make_draft(ceo, title="Hidden", slug="hidden")
    NearPost.objects.create(post=one, other=hidden, nearness=1000)
    assert shown(one) == []


def test_scheduled_post_is_related_from_its_moment_on(ceo, monkeypatch):
    one = three(ceo)[0]
    title, body = "Mirrors at the ramp", SUBJECTS["safety"][2][1]
    later = make_draft(ceo, title=title, body=body)
    workflow.approve(workflow.submit(later, by=ceo), by=ceo)
    moment = timezone.now() + timedelta(hours=2)
    workflow.schedule(later, by=ceo, at=moment)
    keeping.keep_up()
    assert title not in shown(one)
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(seconds=1))
    assert title in shown(one)


# Keeping up


def test_worker_keeps_up():
    assert keeping.keep_up in {job.run for job in JOBS}


def test_nothing_new_costs_three_queries(twelve, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert keeping.keep_up() == 0


def test_correction_is_compared_by_its_new_words(ceo, twelve):
    title = "Mend this toaster"
    _, body = SUBJECTS["climate"][0]
    post = twelve[title]
    workflow.save_version(post, edited(post, title="Carbon, again", body=body), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    assert TellingWords.objects.get(post=post).words == {}
    assert keeping.keep_up() == 1
    assert TITLES[shown(post)[0]] == "climate"
    assert "Carbon, again" in shown(twelve["Our emissions, counted twice"])
    assert "Carbon, again" not in shown(twelve["Nine apprentices, one year later"])


def test_words_that_changed_while_they_were_compared_wait_for_the_next_round(ceo, monkeypatch):
    one = three(ceo)[0]
    near = Nearness.near

    def meanwhile(self: Nearness, number: int, most: int) -> list[tuple[int, int]]:
        TellingWords.objects.filter(post=one).delete()
        return list(near(self, number, most))

    monkeypatch.setattr(comparing, "_BATCH", 1)
    monkeypatch.setattr(Nearness, "near", meanwhile)
    keeping.keep_up()
    monkeypatch.setattr(Nearness, "near", near)
    assert keeping.keep_up() == 1
    assert TellingWords.objects.filter(is_compared=True).count() == 3


def test_reader_computes_nothing(ceo, client):
    one = three(ceo)[0]
    client.get(one.get_absolute_url())
    assert not TellingWords.objects.exists()


def test_related_posts_cost_one_query(twelve, django_assert_num_queries):
    post = Post.objects.get(pk=twelve["Mend this toaster"].pk)
    with django_assert_num_queries(1):
        assert [near.live_version.standfirst for near in related_to(post)] == ["", ""]


# Words


def test_words_that_every_text_holds_tell_nothing():
    text = "The supplier and the suppliers have been with us, and we thank them for it in 2024."
    assert telling_words("", "", text) == {"suppli": 2}


def test_title_and_summary_count_more_than_the_text():
    assert telling_words("Steel", "Steel, freight", "Steel, freight, motors") == {
        "steel": 7,
        "freigh": 3,
        "motor": 1,
    }


def test_words_of_every_script_tell_something():
    assert telling_words("", "", "Überschwemmung in Düsseldorf", "de-at") == {
        "ubersc": 1,
        "dussel": 1,
    }
    assert len(telling_words("", "", "наводнение на заводе")) == 2
    assert len(telling_words("", "", "工場の洪水")) == 4
    assert telling_words("", "", "बाढ़ बाढ़ पानी") != {}


def test_no_more_words_are_kept_than_tell_something():
    text = " ".join(f"word{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}x" for n in range(100))
    assert len(telling_words("", "", text)) <= MOST_WORDS
    assert telling_words("", "", "") == {}


def test_no_post_is_near_without_words_or_itself():
    nearness = Nearness([(1, {"steel": 1}), (2, {}), (3, {"steel": 1})])
    assert nearness.near(1, 5) == [(3, 1000)]
    assert nearness.near(2, 5) == nearness.near(99, 5) == []


def test_word_that_most_posts_hold_brings_none_together():
    posts = [(number, {"company": 5, f"own{number}": 1}) for number in range(30)]
    assert Nearness(posts).near(1, 5) == []
