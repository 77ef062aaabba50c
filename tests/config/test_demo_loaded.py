"""The demo as its reader finds it, and what keeps it from being removed; loaded once for all tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from blog import workflow
from blog.models import Post, Site, Topic
from comments.models import Comment
from config.management.commands import demo as command
from ledger import guards
from ledger.models import Entry
from tests.cast import edited, make_user
from tests.config.test_demo import a_post, administrator, newsroom, remove
from tests.transfer.sources import BY, Given, make_article, make_remark
from transfer.items import Thread
from transfer.storing import bring

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demo(one_world: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What loading the demo printed. Its pictures are not where the tests look for files."""
    said = StringIO()
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        call_command("demo", stdout=said)
    return said.getvalue()


def test_printed_logins_work(demo: str) -> None:
    logins = re.findall(r"^  (\S+) +(\S{16})   ", demo, flags=re.M)
    assert len(logins) == User.objects.count()
    for username, password in logins:
        assert Client().login(username=username, password=password)


def test_demo_is_not_loaded_twice() -> None:
    with pytest.raises(CommandError, match="holds a site already"):
        call_command("demo")
    posts = Post.objects.count()
    call_command("demo", if_empty=True)
    assert Post.objects.count() == posts


def test_one_text_was_corrected_in_public() -> None:
    page = Client().get("/corrections/").content.decode()
    assert page.count("0.65 kilowatt-hours") == 1
    history = Client().get("/posts/recycled-steel-and-what-it-costs/history/").content.decode()
    assert re.search(r"<del>.{1,80}0?\.?65</del>", history)
    call_command("verify_ledger", verbosity=0)


def test_numbers_and_the_monday_minute_have_something_to_show() -> None:
    numbers = newsroom().get("/admin/audience/reads/?days=30").content.decode()
    minute = newsroom().get("/admin/audience/minute/").content.decode()
    for page in (numbers, minute):
        assert "repair-cafes.example" in page
        assert ">0 reads<" not in page


def test_nobody_is_offered_to_undo_what_the_demo_published() -> None:
    assert "/undo/" not in newsroom().get("/admin/blog/post/").content.decode()


def write() -> None:
    workflow.save_version(a_post(), edited(a_post(), body="My own words."), by=administrator())


def draft() -> None:
    words = edited(a_post(), title="My own post")
    workflow.create_post(words, by=administrator(), slug="own")


def add_a_topic() -> None:
    newsroom().post("/admin/blog/topic/add/", {"name": "Own topic"})
    assert Topic.objects.filter(name="Own topic").exists()


def rename_the_site() -> None:
    form = {
        "name": "My company",
        "time_zone": "UTC",
        "comment_mode": "moderated",
        "trust_after": 1,
        "decide_within": 24,
    }
    newsroom().post("/admin/blog/site/1/change/", form)
    assert Site.current().name == "My company"


def invite() -> None:
    form = {"name": "Wim", "email": "wim@example.com", "roles": ["Writer"]}
    newsroom().post("/admin/auth/user/add/", form)
    assert User.objects.filter(email="wim@example.com").exists()


def give_an_account_at_the_keyboard() -> None:
    make_user("Rita Root")


def import_a_post() -> None:
    bring(Given(make_article(remarks=(make_remark(),))), by=BY)


def import_comments_alone() -> None:
    thread = Thread(
        key="1", title="", paths=(a_post().get_absolute_url(),), remarks=(make_remark(),)
    )
    bring(Given(thread), by=BY)
    assert Comment.objects.filter(name="Mara Quist").exists()


WORK: list[Callable[[], None]] = [
    write,
    draft,
    add_a_topic,
    rename_the_site,
    invite,
    give_an_account_at_the_keyboard,
    import_a_post,
    import_comments_alone,
]


def test_demo_in_which_somebody_worked_is_not_removed() -> None:
    for work in WORK:
        # Each on the demo as it was: loading it takes seconds.
        with transaction.atomic():
            work()
            refuses_to_remove(work.__name__)
            transaction.set_rollback(True)


def refuses_to_remove(after: str) -> None:
    """The command says why, and nothing is gone."""
    before = (Post.objects.count(), Entry.objects.count(), User.objects.count())
    with pytest.raises(CommandError) as error:
        remove()
    assert re.search(r"not only the demo: .*Nothing was removed", str(error.value)), after
    assert (Post.objects.count(), Entry.objects.count(), User.objects.count()) == before, after
    assert guards.missing() == [], after


def test_site_that_was_never_a_demo_is_not_removed() -> None:
    Site.objects.update(demo=None)
    with pytest.raises(CommandError, match="never loaded here"):
        remove()
    assert Post.objects.exists()


def test_removal_that_fails_leaves_everything_and_the_guards() -> None:
    def fail(*args: object, **options: object) -> None:
        raise CommandError("The disk is full.")

    with mock.patch.object(command, "call_command", fail), pytest.raises(CommandError):
        remove()
    assert Post.objects.exists()
    assert guards.missing() == []
