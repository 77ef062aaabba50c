"""Old backups: which of them are kept, and how the others go."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.backups import manifest
from config.backups.errors import BackupError

REMOVING = ".removing-"
_NAME = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True)
class Keep:
    """How many to keep: the newest ones, and the newest of so many days, weeks and months (UTC).

    Days, weeks and months without a backup do not count. Nothing said, nothing removed.
    """

    newest: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0


def name_of(moment: datetime) -> str:
    """Return how the folder of a backup is called."""
    return moment.astimezone(UTC).strftime(_NAME)


def kept(moments: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Return which of the backups made at `moments` stay; the newest is always among them."""
    newest_first = sorted(set(moments), reverse=True)
    if keep == Keep():
        return set(newest_first)
    stay = set(newest_first[: keep.newest])
    periods = (("%Y-%m-%d", keep.daily), ("%G-%V", keep.weekly), ("%Y-%m", keep.monthly))
    for period, count in periods:
        newest: dict[str, datetime] = {}
        for moment in newest_first:
            newest.setdefault(moment.strftime(period), moment)
        stay.update(list(newest.values())[:count])
    return stay


def remove_old(folder: Path, keep: Keep, *, new: datetime) -> list[str]:
    """Remove the whole backups in `folder` that are not kept, and return their names, oldest first.

    Whatever else lies there is left alone, and counts for nothing.

    Args:
        new: the moment of the one just made, which stays even when a clock was set back.
    """
    moments = {moment for path in folder.iterdir() if (moment := _moment_of(path))}
    names = [name_of(moment) for moment in sorted(moments - kept(moments, keep) - {new})]
    for name in names:
        # Under another name at once, so that half a backup never looks like a whole one.
        going = (folder / name).rename(folder / f"{REMOVING}{name}")
        shutil.rmtree(going)
    return names


def _moment_of(path: Path) -> datetime | None:
    """Return when a whole backup was made; nothing for anything else."""
    try:
        moment = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
        manifest.read(path)
    except (ValueError, BackupError, OSError):
        return None
    return None if path.is_symlink() or name_of(moment) != path.name else moment
