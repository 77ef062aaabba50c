"""Parts of pages that each process renders once for the same inputs, and then remembers.

A fragment is a template that is given its inputs and nothing else: no request, no context around it.
All inputs are its key, with the language, the time zone and what addresses begin with, so that what
is remembered is what would be rendered. Nothing expires: a change has another key.

Two rules make that true. A template asks the database for nothing: one that does is rendered each
time. And no template looks at the clock: what depends on it comes as an input.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from itertools import chain
from sys import getsizeof
from threading import Lock
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signals import setting_changed
from django.db import connection
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.template import loader
from django.urls import get_script_prefix
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

MOST_BYTES = 8 * 2**20
"""What one process remembers at most, inputs included: the comments of some eighty full pages."""


class Memory:
    """HTML by its inputs, bounded by bytes; safe for several threads.

    It has two halves. What is asked for lives in the young one; when that is full it becomes the old
    one, and what was in the old one and nobody asked for meanwhile is gone.
    """

    def __init__(self, most: int) -> None:
        """Begin empty.

        Args:
            most: bytes of both halves together.
        """
        self._most = most // 2
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Remember nothing any more."""
        self._young: dict[Hashable, str] = {}
        self._old: dict[Hashable, str] = {}
        self._sizes = [0, 0]

    @property
    def bytes(self) -> int:
        """How many bytes both halves take."""
        return sum(self._sizes)

    def __contains__(self, key: Hashable) -> bool:
        """Whether something is kept under a key; it is not thereby asked for."""
        return key in self._young or key in self._old

    def get(self, key: Hashable) -> str | None:
        """Return what was kept under a key, unless it had to make room."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: Hashable, html: str) -> None:
        """Remember HTML under a key; what is larger than a half is not remembered."""
        size = _size(key) + getsizeof(html)
        if size > self._most:
            return
        with self._lock:
            if self._sizes[0] + size > self._most:
                self._old, self._young = self._young, {}
                self._sizes = [0, self._sizes[0]]
            self._young[key] = html
            self._sizes[0] += size


memory = Memory(MOST_BYTES)

_PLAIN = frozenset({bool, int, float, date, datetime, UUID})


def forget(**changed: object) -> None:
    """Forget all fragments of this process; Django calls it when a setting changes, as tests do."""
    memory.forget()


setting_changed.connect(forget, dispatch_uid="blog.fragments")


def surroundings() -> tuple[str, str, str]:
    """Return what every fragment depends on besides its inputs."""
    language = translation.get_language() or ""
    return language, timezone.get_current_timezone_name(), get_script_prefix()


def fragment(template: str, values: Mapping[str, Any]) -> str:
    """Return a template rendered with these values alone, remembered or new.

    Raises:
        TypeError: when a value is of a kind that `inputs` cannot tell from another.
    """
    key = (template, surroundings(), inputs(values))
    return remembered(key, template, values)


def remembered(key: Hashable, template: str, values: Mapping[str, Any]) -> str:
    """Return what is remembered under a key that holds everything `values` say, else render it."""
    found = memory.get(key)
    if found is None:
        with _questions() as asked:
            found = loader.get_template(template).render(dict(values))
        if not asked:
            memory.keep(key, found)
    return found


@contextmanager
def _questions() -> Iterator[list[str]]:
    """Gather the queries that are made meanwhile."""
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def inputs(value: Any, told: dict[int, int] | None = None) -> Hashable:
    """Return what tells a value from every other that a template could show otherwise.

    A row of the database is told by all that was read of it, rows read along with it included.

    Args:
        told: the rows that are told already, by their `id`, with the place of each.

    Raises:
        TypeError: for a kind of value that is not known here, and for an account.
    """
    kind = type(value)
    if kind is str or value is None:
        return value  # type: ignore[no-any-return]
    if kind in _PLAIN:
        # Equal values of two kinds, such as 1 and True, are not shown alike.
        return (kind, value)
    told = {} if told is None else told
    if kind is SimpleLazyObject:
        # Asking for its class makes it real.
        value.__class__  # noqa: B018
        return inputs(value._wrapped, told)
    if isinstance(value, Model):
        if value._meta.label == settings.AUTH_USER_MODEL:
            raise TypeError("An account, with its password's hash, is no input of a fragment.")
        return (kind, *_read_of(value, told))
    if isinstance(value, FieldFile):
        # A row has the name alone until somebody asks for the file.
        return value.name
    if issubclass(kind, (str, int)):
        # Marked as safe HTML, or one of a list of choices.
        return (kind, value)
    return (kind, *(inputs(part, told) for part in _parts(value)))


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if is_dataclass(value):
        return (getattr(value, field.name) for field in fields(value))
    if isinstance(value, Mapping):
        return chain(value, value.values())
    raise TypeError(f"{type(value).__name__} is no input of a fragment.")


def _read_of(row: Model, told: dict[int, int]) -> Iterator[Hashable]:
    if (place := told.get(id(row))) is not None:
        yield place
        return
    told[id(row)] = len(told)
    for name, value in row.__dict__.items():
        if name == "_state":
            for other, near in row._state.fields_cache.items():
                yield (other, inputs(near, told))
        else:
            yield (name, inputs(value, told))


def _size(key: Any) -> int:
    """Return about how many bytes a key takes."""
    return getsizeof(key) + (sum(map(_size, key)) if isinstance(key, tuple) else 0)
