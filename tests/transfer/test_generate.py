"""`manage.py generate`: a site to measure on, through the door of any import, and never by mistake."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from blog.models import Adoption, Post, SearchEntry, Site
from comments.models import Comment
from tests.cast import make_draft
from transfer.generating import Generated
from transfer.items import Article


def items(posts: int, comments: int, seed: int = 1) -> list[Article]:
    made = Generated(posts=posts, comments=comments, seed=seed).items()
    return [item for item in made if isinstance(item, Article)]


@pytest.mark.parametrize(("posts", "comments"), [(0, 0), (1, 7), (3, 0), (10, 100), (37, 411)])
def test_there_are_just_as_many_as_asked_for(posts, comments):
    made = items(posts, comments)
    assert len(made) == posts
    assert sum(len(item.remarks) for item in made) == comments


def test_a_seed_makes_the_same_site_again_and_another_seed_another():
    assert items(20, 100) == items(20, 100)
    assert items(20, 100) != items(20, 100, seed=2)
    hashes = {Generated(posts=20, comments=100, seed=seed).hash() for seed in (1, 1, 2)}
    assert len(hashes) == 2


def test_making_many_takes_no_more_memory_than_making_few():
    def most(count: int) -> int:
        source = Generated(posts=1_000_000, comments=10_000_000, seed=1).items()
        tracemalloc.start()
        for _ in itertools.islice(source, count):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(50)
    assert most(400) < most(50) + 500_000


@pytest.mark.django_db
def test_a_generated_site_is_public_searchable_and_says_what_it_is(client, capsys):
    call_command("generate", posts=12, comments=60)
    assert "Public now: 12 posts and pages" in capsys.readouterr().out
    assert Post.objects.published().count() == 12
    assert SearchEntry.objects.count() == 12 + Comment.objects.visible().count()
    assert Adoption.objects.get().count == 12
    front = client.get("/").content.decode()
    assert "Generated load test" in front
    assert "Nobody wrote this" in front
    assert client.get("/search/?q=the").context["answer"].total > 10
    assert not User.objects.get(username="generated").has_usable_password()
    assert not User.objects.get(username="generated").is_staff
    call_command("verify_ledger")
    assert "chain unbroken" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_same_again_adds_nothing_and_another_seed_adds():
    call_command("generate", posts=5, comments=10)
    call_command("generate", posts=5, comments=10)
    assert Post.objects.count() == 5
    call_command("generate", posts=5, comments=10, seed=2)
    assert Post.objects.count() == 10


@pytest.mark.django_db
def test_a_real_site_is_left_alone_unless_forced(ceo):
    make_draft(ceo)
    with pytest.raises(CommandError, match="holds a site already"):
        call_command("generate", posts=5, comments=10)
    with pytest.raises(CommandError, match="--adopt-as"):
        call_command("generate", posts=5, comments=10, force=True)
    assert Post.objects.count() == 1
    call_command("generate", posts=5, comments=10, force=True, adopt_as="dana")
    assert Post.objects.published().count() == 5
    assert Site.current().name == "Letters from the shop floor"
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_who_may_not_adopt_does_not_generate(ceo, writer):
    with pytest.raises(CommandError, match="--adopt-as"):
        call_command("generate", posts=5, comments=10, force=True, adopt_as="sam")
    assert Post.objects.count() == 0


@pytest.mark.django_db
def test_a_read_only_site_stays_as_it_is(settings):
    settings.READ_ONLY = True
    with pytest.raises(CommandError, match="read-only"):
        call_command("generate", posts=1, comments=1)


@pytest.mark.django_db
@pytest.mark.parametrize("posts", ["-1", "1000001", "many"])
def test_a_count_that_makes_no_sense_is_refused(posts):
    with pytest.raises(CommandError, match="number from 0 to"):
        call_command("generate", "--posts", posts)
