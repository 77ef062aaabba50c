"""Posts, genuine comments and generated spam for the tests of the spam checks.

The genuine comments and the spam templates were written for this project; addresses and firms in
them are invented. The generator is seeded, so a failure can be repeated.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comments.spam import History, Seen, Submission

HERE = Path(__file__).parent
KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Case:
    """One comment to judge, with what the site knows and the family it was written for."""

    family: str
    submission: Submission
    history: History


def _posts() -> dict[str, dict[str, str]]:
    posts: dict[str, dict[str, str]] = json.loads((HERE / "posts.json").read_text("utf-8"))
    return posts


def make_submission(**changes: Any) -> Submission:
    """A harmless submission under the outage post; name only what the test is about."""
    post = _posts()["outage"]
    plain: dict[str, Any] = {
        "text": "How long did the failover take once the engineers were awake?",
        "name": "Miriam Haas",
        "email_domain": "example.org",
        "url": "",
        "post_title": post["title"],
        "post_text": post["text"],
        "network": None,
        "elapsed_ms": None,
        "stamp_state": "fresh",
        "is_trap_filled": False,
        "is_reply": False,
        "origin_known": True,
        "languages": ("en-GB", "en"),
    }
    return Submission(**(plain | changes))


@pytest.fixture
def submission() -> Callable[..., Submission]:
    return make_submission


@pytest.fixture(scope="session")
def genuine() -> list[Case]:
    """Comments that readers of such a blog really write, each under its post."""
    posts = _posts()
    rows = [json.loads(line) for line in (HERE / "genuine.jsonl").read_text("utf-8").splitlines()]
    return [Case("genuine", _genuine_submission(row, posts), History.empty()) for row in rows]


def _genuine_submission(row: dict[str, str], posts: dict[str, dict[str, str]]) -> Submission:
    post = posts[row["post"]]
    return make_submission(
        text=row["text"],
        name=row["name"],
        url=row.get("url", ""),
        email_domain=row.get("email_domain", "example.org"),
        post_title=post["title"],
        post_text=post["text"],
    )


class SpamGenerator:
    """Makes spam of every family from templates; the same seed gives the same comments."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.material: dict[str, Any] = json.loads((HERE / "spam_material.json").read_text("utf-8"))
        self.posts = list(_posts().values())

    def cases(self, count: int) -> Iterator[Case]:
        """Yields `count` cases, the families in turn."""
        families = [*self.material["families"], "gibberish"]
        for number in range(count):
            yield self._case(families[number % len(families)])

    def _case(self, family: str) -> Case:
        if family == "gibberish":
            return self._wrap(family, self._mash_text(), self._mash_word(), History.empty())
        template = self.random.choice(self.material["families"][family])
        text = self._fill(template)
        if family == "repeated":
            return self._wrap(family, self._typo(text), self._name(), self._seen_before(text))
        if family not in {"links", "spintax"} and self.random.random() < 0.4:
            text = self._typo(text)
        return self._wrap(family, text, self._name(), History.empty())

    def _wrap(self, family: str, text: str, name: str, history: History) -> Case:
        post = self.random.choice(self.posts)
        has_link = family != "gibberish" and self.random.random() < 0.5
        url = self._fill("https://$host.$tld/") if has_link else ""
        return Case(
            family,
            make_submission(
                text=text,
                name=name,
                url=url,
                email_domain=self.random.choice(["gmail.com", "mail.ru", "outlook.com"]),
                post_title=post["title"],
                post_text=post["text"],
            ),
            history,
        )

    def _fill(self, template: str) -> str:
        slots = {key: self.random.choice(words) for key, words in self.material["slots"].items()}
        return string.Template(template).safe_substitute(slots)

    def _name(self) -> str:
        kind = "selling" if self.random.random() < 0.3 else "plain"
        return self._fill(self.random.choice(self.material["names"][kind]))

    def _seen_before(self, text: str) -> History:
        others = ["Which Tuesday do you mean?", "Thank you for the clear numbers."]
        texts = [*others, text]
        seen = tuple(Seen(text=t, name="Someone Else", url="", state="pending") for t in texts)
        return History(alike=seen)

    def _typo(self, text: str) -> str:
        """Swaps, drops or doubles one letter in about one long word of eight, never in a link."""
        return " ".join(
            self._slip(word)
            if word.isalpha() and len(word) > 4 and self.random.random() < 0.12
            else word
            for word in text.split(" ")
        )

    def _slip(self, word: str) -> str:
        at = self.random.randrange(1, len(word) - 2)
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        dropped = word[:at] + word[at + 1 :]
        doubled = word[:at] + word[at - 1 :]
        return self.random.choice([swapped, dropped, doubled])

    def _mash_text(self) -> str:
        return " ".join(self._mash_word() for _ in range(self.random.randint(1, 4)))

    def _mash_word(self) -> str:
        """Letters by chance, or a hand running along one row of the keyboard."""
        size = self.random.randint(7, 14)
        pool = self.random.choice([string.ascii_lowercase, string.ascii_letters, *KEY_ROWS])
        word = "".join(self.random.choice(pool) for _ in range(size))
        return word if self.random.random() < 0.8 else str(self.random.randint(1, 99)) + word


@pytest.fixture
def spam_generator() -> type[SpamGenerator]:
    return SpamGenerator
