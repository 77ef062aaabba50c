"""What readers are told of changes: on the post, in its history, and on the list of all corrections."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import workflow
from blog.models import Post, PublicChange
from tests.blog.test_corrections import change
from tests.cast import edited, make_post
from tests.comments.conftest import make_public
from tests.imports import DAY, adopt, begin, bring, brought
from tests.pseudo import Alike, speak

pytestmark = pytest.mark.django_db

BODY = "The river rose two metres."
SAID = "It was three metres, not two."
CHANGES = 'SELECT "blog_publicchange"'
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def corrected(ceo) -> Post:
    """A post that was corrected a day after it was published."""
    now = timezone.now()
    with time_machine.travel(now - 2 * DAY, tick=False):
        post = make_post(ceo, slug="river", title="The river", body=BODY)
    with time_machine.travel(now - DAY, tick=False):
        return change(post, ceo, body=BODY.replace("two", "three"), correction=SAID)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def day(post: Post) -> str:
    return f"{timezone.localtime(post.updated_at):%Y-%m-%d}"


# On the post


def test_post_that_never_changed_leads_to_no_history(client, ceo):
    post = make_post(ceo, slug="river", body=BODY)
    assert "/posts/river/history/" not in text(client, "/posts/river/")
    change(post, ceo, body=BODY.replace("rose", "rises"), correction="")
    assert "/posts/river/history/" in text(client, "/posts/river/")


def test_post_shows_the_dated_notice_and_leads_to_what_changed(client, corrected):
    page = text(client, "/posts/river/")
    notes = page[page.index('id="notes"') :]
    assert f'Correction of <time datetime="{day(corrected)}">' in notes
    assert SAID in notes
    assert 'href="/posts/river/history/"' in page and 'href="/corrections/"' in page
    assert f'class="dt-updated" datetime="{day(corrected)}' in page


def test_every_correction_is_told_the_newest_first(client, corrected, ceo):
    change(corrected, ceo, title="The other river", correction="It was the other one.")
    notes = text(client, "/posts/river/").partition('id="notes"')[2]
    assert 0 < notes.index("It was the other one.") < notes.index(SAID)


def test_post_without_a_change_costs_no_query_for_it_and_says_so(client, ceo):
    make_post(ceo, slug="river", body=BODY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = text(client, "/posts/river/")
    assert [q for q in queries if q["sql"].startswith(CHANGES)] == []
    assert "dt-updated" not in page
    assert "Nothing has changed since." in text(client, "/posts/river/history/")


def linked_data(page: str) -> Any:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def test_machines_are_told_of_the_correction(client, corrected):
    data = linked_data(text(client, "/posts/river/"))
    assert data["dateModified"].startswith(day(corrected))
    (said,) = data["correction"]
    assert (said["@type"], said["text"]) == ("CorrectionComment", SAID)
    assert said["datePublished"] == data["dateModified"]


@pytest.mark.parametrize("nasty", ["</script><b>", 'a"b\\c', "-->", "\u2028&amp;'`", "{{ x }}"])
def test_words_never_get_out_of_the_data(client, ceo, nasty):
    change(make_post(ceo, slug="river"), ceo, title=nasty, correction=nasty)
    data = linked_data(text(client, "/posts/river/"))
    assert (data["headline"], data["correction"][0]["text"]) == (nasty, nasty)


def test_post_that_never_changed_was_modified_when_it_was_published(client, ceo):
    post = make_post(ceo, slug="river")
    data = linked_data(text(client, "/posts/river/"))
    assert data["dateModified"] == data["datePublished"]
    assert post.updated_at is None and "correction" not in data


def test_imported_sentence_is_told_with_the_date_it_came_with(client, ceo):
    changed = timezone.now() - DAY
    batch = begin()
    bring(batch, brought("river", updated_at=changed, correction=SAID))
    adopt(workflow.finish_batch(batch, {}), ceo)
    page = text(client, "/posts/river/")
    assert f'Correction of <time datetime="{timezone.localtime(changed):%Y-%m-%d}">' in page


# In its history


def test_history_shows_the_words_before_and_after(client, corrected):
    page = text(client, "/posts/river/history/")
    assert "<del><span" in page and "two</del>" in page and "three</ins>" in page
    assert SAID in page and f'datetime="{day(corrected)}"' in page


def test_history_tells_of_a_part_that_has_the_name_of_another(
    client, corrected, settings, monkeypatch
):
    speak("xx", settings=settings, monkeypatch=monkeypatch, catalogue=Alike)
    page = text(client, "/posts/river/history/")
    assert "two</del>" in page and "three</ins>" in page


def test_typo_is_one_quiet_line_in_the_history_alone(client, corrected, ceo):
    change(corrected, ceo, body="The river rose three meters.", correction="")
    page = text(client, "/posts/river/history/")
    assert page.count("a typo was mended") == 1
    assert page.index("a typo was mended") < page.index(SAID)
    assert text(client, "/corrections/").count('<li class="changes__item') == 1


def test_page_has_a_history_too(client, ceo):
    page = change(make_post(ceo, kind="page", slug="about", body=BODY), ceo, body="It fell.")
    assert "fell" in text(client, "/posts/about/history/")
    assert "/posts/about/history/" in text(client, page.get_absolute_url())


def test_history_shows_what_was_read_and_no_source(client, ceo):
    source = 'It **rose** [two](https://secret.example/ "zqcanary") metres.\n\n[unused]: https://zqcanary.example'
    post = make_post(ceo, slug="river", body=source)
    change(post, ceo, body="It fell.", correction="It fell.")
    page = text(client, "/posts/river/history/")
    assert "zqcanary" not in page
    assert "**" not in page


def test_change_that_no_word_shows_is_said_so(client, ceo):
    post = make_post(ceo, slug="river", body="See [this](https://one.example/).")
    change(post, ceo, body="See [this](https://two.example/).", correction="The link was wrong.")
    assert "The words are the same; a link" in text(client, "/posts/river/history/")


def test_sentence_alone_is_a_correction_of_no_word(client, ceo):
    change(make_post(ceo, slug="river"), ceo, correction="We should have said this before.")
    assert "The words stayed as they were." in text(client, "/posts/river/history/")


def test_retracted_history_has_the_notice_and_no_words(client, corrected, ceo):
    workflow.retract(corrected, by=ceo, notice="All of it was wrong.")
    page = text(client, "/posts/river/history/")
    assert "Its words are no longer shown." in page and "All of it was wrong." in page
    assert "metres" not in page and SAID not in page


def test_import_that_was_retracted_elsewhere_shows_its_notice(client, ceo):
    batch = begin()
    bring(batch, brought("river", body="zqcanary", retraction_notice="It was wrong."))
    adopt(workflow.finish_batch(batch, {}), ceo)
    page = text(client, "/posts/river/history/")
    assert "It was wrong." in page and "zqcanary" not in page


@pytest.mark.parametrize("number", [1, 2])
def test_blanked_words_are_said_to_be_removed(client, corrected, ceo, number):
    change(corrected, ceo, body="It fell.", correction="It fell after all.")
    workflow.redact(corrected.versions.get(number=number), by=ceo, reason="A court.")
    page = text(client, "/posts/river/history/")
    assert page.count("These words were removed.") == number
    assert page.count('<div class="difference">') == 2 - number
    assert "two</del>" not in page
    assert (SAID in page) is (number == 1)
    told = text(client, "/corrections/")
    assert ("These words were removed." in told) is (number == 2)
    assert (SAID in told) is (number == 1)


def test_words_that_were_taken_back_do_not_come_back(client, corrected, ceo):
    workflow.unpublish(corrected, by=ceo)
    assert client.get("/posts/river/history/").status_code == 404
    assert SAID not in text(client, "/corrections/")
    workflow.save_version(corrected, edited(corrected, body="Anew."), by=ceo)
    workflow.approve(workflow.submit(corrected, by=ceo), by=ceo)
    workflow.publish(corrected, by=ceo)
    page = text(client, "/posts/river/history/")
    assert "Taken back" in page and "These words are no longer shown." in page
    assert "metres" not in page
    assert SAID not in page + text(client, "/corrections/") + text(client, "/posts/river/")


@pytest.mark.parametrize("query", ["?page=0", "?page=2", "?page=x", "?page=99999", "?page=-1"])
@pytest.mark.parametrize("path", ["/posts/river/history/", "/corrections/"])
def test_page_that_is_not_there_is_not_found(client, corrected, path, query):
    assert client.get(path + query).status_code == 404


@pytest.mark.parametrize("path", ["/posts/river/history/", "/corrections/"])
def test_pages_are_only_read(client, corrected, path):
    assert client.post(path).status_code == 405


# All corrections


def test_corrections_and_retractions_of_all_posts_are_listed_the_newest_first(
    client, corrected, ceo
):
    workflow.retract(make_post(ceo, title="Floor", slug="floor"), by=ceo, notice="It was wrong.")
    page = text(client, "/corrections/")
    assert 0 < page.index("It was wrong.") < page.index(SAID)
    for path in ("/posts/floor/", "/posts/river/", "/posts/river/history/"):
        assert f'href="{path}"' in page
    assert page.index("Retraction, <time") < page.index("Correction, <time")


def test_retraction_takes_the_place_of_the_corrections_before(client, corrected, ceo):
    workflow.retract(corrected, by=ceo, notice="All of it was wrong.")
    page = text(client, "/corrections/")
    assert "All of it was wrong." in page and SAID not in page


def test_nothing_corrected_yet(client, ceo):
    assert "Nothing has been corrected so far." in text(client, "/corrections/")


def many(post: Post, ceo: Any, count: int) -> None:
    for number in range(count):
        change(post, ceo, body=f"It rose {number} metres.", correction=f"It was {number}.")


def test_queries_do_not_grow_with_the_changes(client, ceo):
    many(make_post(ceo, slug="river"), ceo, 50)
    for path in ("/posts/river/history/", "/corrections/"):
        with CaptureQueriesContext(connection) as queries:
            page = text(client, path)
        assert page.count('<li class="changes__item') == 20
        assert len(queries) <= 6, path
        assert 'rel="next"' in page and "It was 29." not in page
        assert "It was 29." in text(client, f"{path}?page=2")
        assert text(client, f"{path}?page=3").count('<li class="changes__item') == 10


# Feeds and comments


def entry(client: Client) -> Any:
    root = ElementTree.fromstring(client.get("/feed.atom").content)
    (found,) = root.findall(f"{ATOM}entry")
    return root, found


def test_correction_moves_updated_in_the_feed_and_a_typo_does_not(client, corrected, ceo):
    _, before = entry(client)
    assert before.findtext(f"{ATOM}updated")[:10] == f"{corrected.updated_at:%Y-%m-%d}"
    change(corrected, ceo, body="The river rose three meters.", correction="")
    _, after = entry(client)
    assert after.findtext(f"{ATOM}updated") == before.findtext(f"{ATOM}updated")
    assert "meters" in after.findtext(f"{ATOM}content")


def test_retraction_moves_updated_in_the_feed_and_leaves_no_words(client, corrected, ceo):
    post = workflow.retract(corrected, by=ceo, notice="All of it was wrong.")
    root, found = entry(client)
    assert found.findtext(f"{ATOM}title") == "Retracted: The river"
    assert "All of it was wrong." in found.findtext(f"{ATOM}content")
    assert found.findtext(f"{ATOM}updated")[:19] == f"{post.updated_at:%Y-%m-%dT%H:%M:%S}"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert b"metres" not in client.get("/feed.atom").content


def test_comment_says_that_it_answered_an_earlier_text(client, corrected, moderator):
    old = make_public(corrected, moderator, body="Two metres?")
    moment = corrected.updated_at - timedelta(hours=1)
    type(old).objects.filter(pk=old.pk).update(created_at=moment)
    make_public(corrected, moderator, body="Three!")
    page = text(client, "/posts/river/")
    line = f"Written before the correction of {timezone.localtime(corrected.updated_at):%-d %B %Y}."
    assert page.count(line) == 1
    assert page.index(line) < page.index("Three!")


def test_line_on_comments_costs_one_query_for_all(client, corrected, moderator):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(client, "/posts/river/")
        return len([q for q in queries if q["sql"].startswith(CHANGES)])

    assert count() == 1
    for number in range(4):
        made = make_public(corrected, moderator, body=f"Thought {number}.")
        type(made).objects.filter(pk=made.pk).update(created_at=timezone.now() - 2 * DAY)
    assert count() == 1
    assert PublicChange.objects.count() == 1
