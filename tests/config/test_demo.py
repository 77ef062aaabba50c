"""The demo is loaded into an empty database, and removed from one in which nobody has worked."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import Image, Post, Site, Topic
from comments import moderation
from comments.models import Comment
from config.management.commands import demo as command
from ledger import guards
from ledger.models import Entry
from tests.cast import edited, make_user
from tests.comments.conftest import make_comment
from tests.conftest import RunTogether
from tests.transfer.sources import BY, Given, make_article, make_remark
from transfer.items import Thread
from transfer.storing import bring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def demo(db: None) -> str:
    """What loading the demo printed."""
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def remove() -> None:
    call_command("demo", remove=True, stdout=StringIO())


def administrator() -> User:
    return User.objects.get(is_superuser=True)


def newsroom() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


def a_post() -> Post:
    post = Post.objects.posts().published().first()
    assert post is not None
    return post


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


def pictures_on_disk() -> list[str]:
    """The names of all files of pictures, their originals included."""
    return [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix]


def test_removal_leaves_an_empty_site_with_roles_and_guards() -> None:
    assert pictures_on_disk()
    remove()
    for model in (User, Post, Comment, Entry, Site, Topic, Image):
        assert not model._default_manager.exists()
    assert pictures_on_disk() == []
    assert Group.objects.filter(name="CEO").exists()
    assert guards.missing() == []


def test_trying_out_comments_does_not_make_the_demo_ones_own() -> None:
    comment = make_comment(a_post(), body="We had the same flood, and the same week.")
    moderation.approve(comment, by=administrator(), seen=comment.revision)
    # The worker publishes what was scheduled; nobody has worked for that.
    assert workflow.publish_due(now=timezone.now() + timedelta(days=3)) == 1
    remove()
    assert not Post.objects.exists()


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


def test_nobody_writes_between_the_check_and_the_removal(run_together: RunTogether) -> None:
    is_checked, is_written = threading.Event(), threading.Event()
    user, post, check = administrator(), a_post(), command._what_is_not_demo
    words = edited(post, body="My own words.")

    def check_slowly() -> str:
        found = check()
        is_checked.set()
        is_written.wait(1)
        return found

    def save() -> None:
        assert is_checked.wait(10)
        workflow.save_version(post, words, by=user)
        is_written.set()

    acts: list[Callable[[], None]] = [remove, save]
    with mock.patch.object(command, "_what_is_not_demo", check_slowly):
        removed, saved = run_together(2, lambda number: acts[number]())
    assert removed is None
    assert isinstance(saved, Exception), "what was saved is gone, and nobody was told"
    assert not Post.objects.exists()


def test_removal_waits_for_nobody_for_long(run_together: RunTogether) -> None:
    is_writing, may_end = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with transaction.atomic():
            Site.objects.update(tagline="Not finished")
            is_writing.set()
            may_end.wait(30)

    def try_to_remove() -> None:
        assert is_writing.wait(10)
        try:
            remove()
        finally:
            may_end.set()

    acts = [write_for_long, try_to_remove]
    _, refused = run_together(2, lambda number: acts[number]())
    assert isinstance(refused, CommandError)
    assert "Stop it, and try again. Nothing was removed." in str(refused)
    assert Post.objects.exists()
