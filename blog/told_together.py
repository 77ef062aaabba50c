"""Lines of a summary that have the same reason, told once: "70 menu items", not seventy times one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Told:
    """Things with one reason.

    `what` says what each of them is, such as `menu item`, or nothing where the titles are enough.
    """

    why: str
    what: str = ""
    titles: list[str] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """Return what they are called together: `70 menu items`; or the title of the only one."""
        if len(self.titles) == 1:
            return self.titles[0]
        return f"{len(self.titles):,} {_several(self.what)}"

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the several are called, each without the word for what it is; unnamed ones not."""
        if len(self.titles) == 1:
            return ()
        bare = (title.removeprefix(self.what).removeprefix(": ") for title in self.titles)
        return tuple(name for name in bare if name)


def together(lines: Iterable[tuple[str, str, str]]) -> list[Told]:
    """Return `(what, title, why)` with equal `what` and `why` as one, where the first of them stood.

    A line without a reason stays alone.
    """
    found: dict[tuple[object, ...], Told] = {}
    for number, (what, title, why) in enumerate(lines):
        key: tuple[object, ...] = (what, why) if what and why else (number,)
        found.setdefault(key, Told(why, what)).titles.append(title)
    return list(found.values())


def _several(what: str) -> str:
    return f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
