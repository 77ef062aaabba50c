"""The comments of an export of this program, by post, in memory of one post at a time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from blog.plaintext import normalise
from comments.models import Comment
from comments.spam.evidence import Evidence
from transfer import aftermath
from transfer.aftermath import Aftermath
from transfer.folders import Found
from transfer.items import Person, Remark, SourceError
from transfer.moments import moment

LONGEST_LINE = 1024 * 1024
_TEXTS = ("name", "body", "email", "url", "badge", "reason", "answer", "answered_by")


class OwnComments:
    """The lines of `comments.jsonl`: read once to know where those of each post are."""

    def __init__(self, found: Found) -> None:
        """Read from a file that `load` will look into first."""
        self._found = found
        self._places: dict[str, list[int]] = {}
        self._people: Mapping[str, Person] = {}

    @property
    def posts(self) -> set[str]:
        """The slugs of the posts that have comments."""
        return set(self._places)

    def load(self, people: Mapping[str, Person]) -> None:
        """Read every line once.

        Args:
            people: who speaks under a byline, by the slug of it.

        Raises:
            SourceError: a line is not as an export writes it.
        """
        self._people = people
        places: defaultdict[str, list[int]] = defaultdict(list)
        with self._found.path.open("rb") as file:
            number = 0
            while line := self._line(file, number := number + 1):
                values = self._values(line, number)
                self._remark(values, {}, Counter())
                places[values["post"]].append(file.tell() - len(line))
        self._places = dict(places)

    def under(self, slug: str) -> tuple[Remark, ...]:
        """Return the comments under a post, in the order of the file."""
        if slug not in self._places:
            return ()
        keys: dict[int, str] = {}
        seen: Counter[str] = Counter()
        with self._found.path.open("rb") as file:
            rows = []
            for place in self._places[slug]:
                file.seek(place)
                rows.append(self._values(self._line(file, 0), 0))
        remarks = tuple(self._remark(values, keys, seen) for values in rows)
        for draft in (draft for one in remarks if one.aftermath for draft in one.aftermath.drafts):
            draft.answer = keys.get(draft.number or 0, "")
        return remarks

    def _line(self, file: BinaryIO, number: int) -> bytes:
        line = file.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise SourceError(f"Line {number:,} of {self._found.name} is longer than 1 MB.")
        return line

    def _values(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            values: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"Line {number:,} of {self._found.name} is no valid JSON.") from error
        if not isinstance(values, dict) or type(values.get("number")) is not int:
            raise self._wrong(number)
        if not all(isinstance(values.get(name, ""), str) for name in (*_TEXTS, "post", "author")):
            raise self._wrong(number)
        return values

    def _wrong(self, number: int) -> SourceError:
        return SourceError(f"Line {number:,} of {self._found.name} is not as an export writes it.")

    def _remark(self, values: dict[str, Any], keys: dict[int, str], seen: Counter[str]) -> Remark:
        at = moment(values.get("at"))
        number, parent = values["number"], values.get("parent")
        if (
            at is None
            or values.get("kind") not in Comment.Kind.values
            or values.get("state") not in Comment.State.values
            or values.get("visibility") not in Comment.Visibility.values
        ):
            raise self._wrong(number)
        keys[number] = key = _key(values, seen)
        return Remark(
            key=key,
            parent=keys.get(parent, "") if isinstance(parent, int) else "",
            at=at,
            kind=values["kind"],
            state=values["state"],
            visibility=values["visibility"],
            by=self._people.get(values.get("author", "")),
            answered_at=moment(values.get("answered_at")),
            decided_at=moment(values.get("decided_at")),
            score=_score(values.get("score", 0.0)),
            evidence=self._evidence(values, number),
            aftermath=self._aftermath(values, number),
            **{name: values.get(name, "") for name in _TEXTS},
        )

    def _aftermath(self, values: dict[str, Any], number: int) -> Aftermath:
        """Return what became of it later."""
        try:
            return aftermath.read(values, self._people)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._wrong(number) from error

    def _evidence(self, values: dict[str, Any], number: int) -> tuple[dict[str, Any], ...]:
        """Return what the filter found, as the newsroom can show it."""
        try:
            found = map(Evidence.from_dict, values.get("evidence", []))
            return tuple(_plain(one) for one in found)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._wrong(number) from error


def _key(values: dict[str, Any], seen: Counter[str]) -> str:
    """Return what names a comment in every export of it: its words, whose and when, not its number."""
    said = [values.get(name, "") for name in ("post", "at", "name", "body")]
    key = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _score(value: object) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e9 else 0.0


def _plain(found: Evidence) -> dict[str, Any]:
    return replace(found, check=normalise(found.check), reason=normalise(found.reason)).as_dict()
