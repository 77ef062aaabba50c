"""A summary as a person at a terminal reads it: equal lines told as one, long lists cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blog.told_together import Told, together

Line = str | dict[str, str]
"""A sentence, or a thing with why: `{"title": …, "why": …}`, and `what` it is, which begins its title,
and `more`, which ends the reason."""

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
    parts = [_parts(line) for line in lines]
    groups = [Told(why, what, [title]) for what, title, why in parts] if whole else together(parts)
    shown = groups if whole else groups[:MOST_SHOWN]
    yield from (f"  {_line(group)}" for group in shown)
    rest = left_out + len(lines) - sum(len(group.titles) for group in shown)
    if rest:
        yield f"  and {rest:,} more" + ("" if whole else f"; {_HOW_TO_SEE}")


def _parts(line: Line) -> tuple[str, str, str]:
    if isinstance(line, str):
        return "", line, ""
    why = f"{line['why']} {line.get('more', '')}".strip()
    return line.get("what", ""), line["title"], why


def _line(group: Told) -> str:
    """Return “70 menu items: why (Home, About, Help and 67 more)”."""
    said = f"{group.heading}: {group.why}" if group.why else group.heading
    names = group.names[:_MOST_NAMED]
    more = len(group.titles) - len(names)
    rest = f" and {more:,} more" if more else ""
    return f"{said} ({', '.join(names)}{rest})" if names else said
