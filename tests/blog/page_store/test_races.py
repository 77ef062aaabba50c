"""What happens between the beginning and the end of a page, and who makes it when all ask at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Post, Site
from blog.page_store.turns import Turns
from tests.blog.page_store.conftest import Place
from tests.cast import make_post
from tests.conftest import RunTogether

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR = "/posts/floor/"
READERS = 200


@pytest.fixture(autouse=True)
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Floor", slug="floor")


class Slow:
    """Django, which can be held at a moment of its work."""

    def __init__(self, django: Any, *, after: bool) -> None:
        self._django, self._after = django, after
        self.has_begun, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not self._after:
            self._wait()
        answer = self._django(environ, start_response)
        if self._after:
            self._wait()
        return answer

    def _wait(self) -> None:
        self.has_begun.set()
        assert self.may_go_on.wait(30)


@pytest.mark.parametrize("after", [True, False], ids=["made", "not made yet"])
def test_page_begun_before_a_change_is_not_served_after_it(
    place: Place, another_place: Place, run_together: RunTogether, after: bool
) -> None:
    slow = place.django = Slow(place.django, after=after)

    def act(number: int) -> str:
        if number == 0:
            return place.get(FLOOR).text
        assert slow.has_begun.wait(30)
        Site.objects.update(name="The new name")
        place.keeper.settle()
        slow.may_go_on.set()
        return ""

    run_together(2, act, reraise=True)
    assert all("The new name" in each.get(FLOOR).text for each in (place, another_place))


def test_two_hundred_readers_of_a_cold_page_have_it_made_once(
    place: Place, run_together: RunTogether
) -> None:
    answers = run_together(READERS, lambda _: place.get(FLOOR).body, reraise=True)
    assert len(set(answers)) == 1
    assert place.asked == [FLOOR]


TURN = """
import sys, time
from pathlib import Path
from blog.page_store.turns import Turns
turns = Turns(Path(sys.argv[1]))
for _ in range(20):
    with turns.of(("/", "")):
        begun = time.monotonic()
        time.sleep(0.002)
        print(begun, time.monotonic(), flush=True)
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TURN, str(tmp_path / "turns")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = "".join(process.communicate(timeout=60)[0] for process in running)
    spans = sorted(tuple(map(float, line.split())) for line in said.splitlines())
    assert len(spans) == 60
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_readers_of_another_page_do_not_wait(place: Place, run_together: RunTogether) -> None:
    place.get("/")
    slow = place.django = Slow(place.django, after=False)

    def act(number: int) -> int:
        if number == 0:
            return place.get(FLOOR).status
        assert slow.has_begun.wait(30)
        found = place.get("/").status
        slow.may_go_on.set()
        return found

    assert run_together(2, act, reraise=True) == [200, 200]


def test_page_that_fails_lets_the_next_one_try(place: Place, run_together: RunTogether) -> None:
    django, place.django = place.django, broken
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            place.get(FLOOR)
    place.django = django
    assert place.get(FLOOR).status == 200


def broken(environ: dict[str, Any], start_response: Any) -> Any:
    """What does not even answer 500."""
    raise ZeroDivisionError


def test_turn_that_never_ends_is_not_waited_for(
    tmp_path: Path, monkeypatch: Any, run_together: RunTogether
) -> None:
    monkeypatch.setattr("blog.page_store.turns.WAITS", 0.2)
    turns, held, ended = Turns(tmp_path / "turns"), threading.Event(), threading.Event()

    def act(number: int) -> bool:
        if number == 0:
            with turns.of(("/", "")):
                held.set()
                return ended.wait(30)
        assert held.wait(30)
        with turns.of(("/", "")):
            ended.set()
        return True

    assert run_together(2, act, reraise=True) == [True, True]
