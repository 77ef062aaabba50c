"""A summary as a person at a terminal reads it: equal lines told as one, long lists cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Line = str | dict[str, str]
"""A sentence, or a thing with why: `{"title": …, "why": …}`, and `what` it is, which begins its title."""

MOST_SHOWN = 20
"""Lines of a list; whoever wants all asks for them."""

_MOST_NAMED = 3
_HOW_TO_SEE = "--verbosity 2 shows more"


def told(
    label: str, lines: Sequence[Line], *, left_out: int = 0, whole: bool = False
) -> Iterator[str]:
    """Yield a list under its label.

    Things of one kind with one reason become one line with their number and the first few of them.

    Args:
        left_out: how many more there were, which nobody kept.
        whole: leave nothing out and put nothing together.
    """
    yield f"{label}:"
    groups = [[line] for line in lines] if whole else _groups(lines)
    shown = groups if whole else groups[:MOST_SHOWN]
    for group in shown:
        yield f"  {_group(group) if len(group) > _MOST_NAMED else _line(group[0])}"
    rest = left_out + len(lines) - sum(map(len, shown))
    if rest:
        yield f"  and {rest:,} more" + ("" if whole else f"; {_HOW_TO_SEE}")


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines in their order, those alike together in the place of their first."""
    alike: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if isinstance(line, dict):
            alike.setdefault((line.get("what", ""), line["why"]), []).append(line)
    groups: list[list[Line]] = []
    for line in lines:
        group = alike.get((line.get("what", ""), line["why"])) if isinstance(line, dict) else None
        if group is None or len(group) <= _MOST_NAMED:
            groups.append([line])
        elif group[0] is line:
            groups.append(group)
    return groups


def _group(lines: Sequence[Line]) -> str:
    """Return “70 menu items: why (Home, About and 68 more)”."""
    things = [line for line in lines if isinstance(line, dict)]
    what, why = things[0].get("what", ""), things[0]["why"]
    names = [name for one in things if (name := _name(one, what))][:_MOST_NAMED]
    more = len(things) - len(names)
    some = f" ({', '.join(names)} and {more:,} more)" if names else ""
    return f"{len(things):,} {f'{what}s' if what else 'times'}: {why}{some}"


def _name(thing: dict[str, str], what: str) -> str:
    return thing["title"].removeprefix(what).removeprefix(": ") if what else thing["title"]


def _line(line: Line) -> str:
    return line if isinstance(line, str) else f"{line['title']}: {line['why']}"
