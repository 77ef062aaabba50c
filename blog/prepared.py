"""Querysets of which only values change from one request to the next, put into SQL once in each process.

Django builds and compiles a queryset anew each time, which costs more than a database needs to answer
a short one. What is prepared here stays an ordinary queryset, with its one home. It is compiled with
marks in the place of values, and the marks tell where the values go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row")

# Values that nothing in a queryset has by itself, one for each number.
_MARKS: Mapping[type, Callable[[int], Any]] = {
    int: lambda number: 8_070_450_532_247_928_000 + number,
    str: lambda number: f"\x1fvalue {number}\x1f",
    datetime: lambda number: datetime(9876, 5, 4, 3, 2, 1, 123_456 + number, UTC),
}


class Prepared(Generic[Row]):
    """A question to the database that is asked with other values each time.

    `Prepared(lambda slug: Post.objects.filter(slug=slug), slug=str)` is called as `find(slug="flood")`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **kinds: type) -> None:
        """Keep what builds the queryset; nothing is compiled before the first question.

        Args:
            build: returns the queryset for values given by keyword: of rows or of tuples, without
                prefetching. Whatever the values, it has the same shape.
            kinds: `int`, `str` or `datetime` for each keyword.
        """
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: Any) -> list[Row]:
        """Ask, and return what the queryset would hold. One query."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _compile(self._build, self._kinds)
        return list(compiled.rows(values))

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or `None` without one. One query, which reads all rows."""
        return next(iter(self(**values)), None)


@dataclass(frozen=True)
class _Compiled:
    """SQL, which of its parameters are values, and how a row of the answer is read.

    `parameters` holds a tuple with the name of a value in its place, and what is always the same
    otherwise; `converters` are Django's, by column.
    """

    sql: str
    parameters: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    make: Callable[[Sequence[Any]], Any]

    def rows(self, values: Mapping[str, Any]) -> Iterator[Any]:
        """Ask, and yield each row."""
        adapted = {name: _adapted(value) for name, value in values.items()}
        filled = [adapted[p.name] if isinstance(p, _Place) else p for p in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            found = cursor.fetchall()
        return map(self.make, map(self._converted, found))

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self.converters:
            return row
        read = list(row)
        for column, converters, expression in self.converters:
            for convert in converters:
                read[column] = convert(read[column], expression, connection)
        return tuple(read)


@dataclass(frozen=True)
class _Place:
    """Where the value of one name goes."""

    name: str


def _compile(build: Callable[..., QuerySet[Any, Any]], kinds: Mapping[str, type]) -> _Compiled:
    marks = {name: _MARKS[kind](number) for number, (name, kind) in enumerate(kinds.items())}
    places = {_adapted(mark): _Place(name) for name, mark in marks.items()}
    queryset = build(**marks)
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, compiled = compiler.as_sql()
    parameters = [places.get(p, p) if isinstance(p, (int, str, datetime)) else p for p in compiled]
    if missing := set(places.values()) - {p for p in parameters if isinstance(p, _Place)}:
        raise ValueError(f"No place for {', '.join(place.name for place in missing)}.")
    converters = compiler.get_converters([column[0] for column in compiler.select])
    return _Compiled(
        sql=sql,
        parameters=parameters,
        converters=[(column, *found) for column, found in converters.items()],
        make=_annotated(compiler) if queryset._iterable_class is ModelIterable else tuple,
    )


def _adapted(value: Any) -> Any:
    """Return a value as Django hands it to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _maker(told: Mapping[str, Any], select: Sequence[Any]) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a row of a model, with those read along with it, as Django's own iterable does.

    Args:
        told: what the compiler tells of the model: its columns, and those of the related ones.
        select: the columns of the query.
    """
    model, columns = told["model"], told["select_fields"]
    names = [select[column][0].target.attname for column in columns]
    key = columns[names.index(model._meta.pk.attname)]
    others = [
        (_maker(other, select), other["local_setter"], other["remote_setter"])
        for other in told.get("related_klass_infos", ())
    ]

    def make(row: Sequence[Any]) -> Any:
        if row[key] is None:
            return None
        made = model.from_db(DEFAULT_DB_ALIAS, names, [row[column] for column in columns])
        for make_other, set_here, set_there in others:
            other = make_other(row)
            set_here(made, other)
            if other is not None:
                set_there(other, made)
        return made

    return make


def _annotated(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    make = _maker(compiler.klass_info, compiler.select)
    annotations = list((compiler.annotation_col_map or {}).items())

    def annotate(row: Sequence[Any]) -> Any:
        made = make(row)
        for name, column in annotations:
            setattr(made, name, row[column])
        return made

    return annotate
