"""Those who decide at a served site, by its doors, as their browsers do."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlencode

from tests.deciding_site import words
from tests.watched_pages import Change, canary

TOKEN = "a" * 32


@dataclass(frozen=True)
class Waiting:
    """A comment as its moderator last saw it.

    Attributes:
        edit: where its writer sends other words.
        wording: the number of the words that are public, or would be.
        proposed: that of the words that wait to take their place.
        undo: where the last decision about it is taken back, by `undo_until` of `time.monotonic`.
        before: what it is then.
    """

    pk: int
    revision: int
    edit: str
    wording: int
    state: str = "waits"
    proposed: int | None = None
    undo: str = ""
    undo_until: float = 0.0
    before: Waiting | None = field(default=None, repr=False)

    @property
    def public(self) -> frozenset[int]:
        """The numbers of its words that readers see: one, or none."""
        return frozenset({self.wording} if self.state == "public" else ())


_EDITED = {"public": 0.75, "waits": 0.9, "spam": 0.9}
"""Above which roll of the dice a writer edits; words that were refused stay as they are."""

_BECOMES = {"approve": "public", "mark_spam": "spam", "reject": "refused"}


@dataclass
class Moderator:
    """Those who decide about one post of a site on this machine, one after the other, by chance.

    A moderator decides and undoes, writers say their words otherwise, and the author retracts the post
    and brings it back.

    Attributes:
        found: what `SCRIPT` printed.
        host: the name of the site.
        made: how many decisions of each kind there were.
    """

    port: int
    found: dict[str, Any]
    chance: Random = field(default_factory=lambda: Random(8))
    host: str = ""
    made: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.host = self.host or f"localhost:{self.port}"
        self.waiting = [
            Waiting(pk, revision, edit, number)
            for number, (pk, revision, edit) in enumerate(self.found["comments"])
        ]
        self._numbers: Iterator[int] = count(len(self.waiting))
        self._notice: int | None = None
        self._answered = 0.0
        self._connection = http.client.HTTPConnection("localhost", self.port, timeout=60)

    @property
    def public(self) -> frozenset[int]:
        """The numbers that readers see now: of comments, or of the notice in their place."""
        if self._notice is not None:
            return frozenset({self._notice})
        return frozenset[int]().union(*(one.public for one in self.waiting))

    def leave(self) -> None:
        """Hang up."""
        self._connection.close()

    def decide(self) -> Change:
        """Make one decision, or let a writer edit; return what changed for readers."""
        before, sent = self.public, time.monotonic()
        if self._notice is not None:
            self._bring_back()
        elif self.chance.random() < 0.04:
            self._retract()
        else:
            self._turn_to(self._chosen())
        after = self.public
        return Change(sent, self._answered, shows=after - before, hides=before - after)

    def _chosen(self) -> int:
        """Choose a comment, and of those whose new words wait one more often."""
        edited = [n for n, one in enumerate(self.waiting) if one.proposed is not None]
        is_edited = edited and self.chance.random() < 0.2
        return self.chance.choice(edited if is_edited else range(len(self.waiting)))

    def _turn_to(self, number: int) -> None:
        one, dice = self.waiting[number], self.chance.random()
        if one.undo and dice < 0.3 and time.monotonic() < one.undo_until:
            self.waiting[number] = self._undone(one)
        elif one.proposed is not None:
            self.waiting[number] = self._settled(one, is_taken=dice < 0.7)
        elif one.state in _EDITED and dice > _EDITED[one.state]:
            self.waiting[number] = self._edited(one)
        else:
            self.waiting[number] = self._decided(one, dice)

    def _decided(self, one: Waiting, dice: float) -> Waiting:
        """Take from readers what is public; approve what is not, or refuse it."""
        if one.state == "public":
            verb = "mark_spam"
        elif one.state != "refused" and dice < 0.4:
            verb = "reject"
        else:
            verb = "approve"
        return self._after(one, verb, state=_BECOMES[verb])

    def _settled(self, one: Waiting, *, is_taken: bool) -> Waiting:
        """Decide about the new words of a public comment."""
        wording = one.proposed if is_taken and one.proposed is not None else one.wording
        verb = "accept_edit" if is_taken else "refuse_edit"
        return self._after(one, verb, wording=wording, proposed=None)

    def _after(self, one: Waiting, verb: str, **changes: Any) -> Waiting:
        self.made[verb] += 1
        path = f"/admin/comments/comment/{one.pk}/decide/"
        answer = self._json(path, {"verb": verb, f"seen-{one.pk}": str(one.revision)})
        (decided,) = answer["decided"]
        way = answer["undo"]
        return replace(
            one,
            **changes,
            revision=decided["revision"],
            undo=way["address"],
            undo_until=time.monotonic() + way["seconds"],
            before=one,
        )

    def _undone(self, one: Waiting) -> Waiting:
        self.made["undo"] += 1
        assert one.before is not None
        (undone,) = self._json(one.undo, {"seen": str(one.revision)})["undone"]
        return replace(one.before, revision=undone["revision"], undo="", before=None)

    def _edited(self, one: Waiting) -> Waiting:
        """Have the writer say it otherwise: what is public stays so until somebody has read the new words."""
        self.made["edit"] += 1
        number = next(self._numbers)
        self._send(one.edit, {"body": words(number)}, expects=303)
        revision = self._revision_of(one.pk)
        if one.state == "public":
            return replace(one, revision=revision, proposed=number, undo="", before=None)
        return replace(one, revision=revision, wording=number, undo="", before=None)

    def _retract(self) -> None:
        self.made["retract"] += 1
        notice = next(self._numbers)
        path = f"/admin/blog/post/{self.found['post']}/retract/"
        note = f"Its figures were wrong: {canary(notice)}."
        self._send(path, {"note": note}, expects=302, by="author")
        self._notice = notice

    def _bring_back(self) -> None:
        self.made["bring back"] += 1
        path = f"/admin/blog/post/{self.found['post']}/change/"
        typed = {"title": "Floor", "body": self.found["body"], "seen": "1", "then": "publish_now"}
        self._send(path, typed, expects=302, by="author")
        self._notice = None

    def _revision_of(self, pk: int) -> int:
        """Look at the card of a comment, and return the revision that its buttons send."""
        self._connection.request(
            "GET", f"/admin/comments/comment/{pk}/change/", headers=self._head("moderator")
        )
        card = self._connection.getresponse().read().decode()
        found = re.search(rf'name="seen-{pk}" value="(\d+)"', card)
        assert found, card[:500]
        return int(found[1])

    def _json(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._send(path, fields))
        return said

    def _send(
        self, path: str, fields: dict[str, str], *, expects: int = 200, by: str = "moderator"
    ) -> bytes:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields})
        self._connection.request("POST", path, body, self._head(by))
        answer = self._connection.getresponse()
        text = answer.read()
        self._answered = time.monotonic()
        assert answer.status == expects, (path, answer.status, text[:500])
        return text

    def _head(self, by: str) -> dict[str, str]:
        return {
            "Host": self.host,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Cookie": f"session={self.found[by]}; csrf={TOKEN}",
            "Origin": f"http://{self.host}",
        }
