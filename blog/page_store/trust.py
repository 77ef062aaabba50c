"""Whether any process of this machine trusts its numbers now, so that nobody waits for one where none does.

Each that does holds a shared lock on the folder of the file. A folder can be locked on a disk that is
full or may only be read, and stays when the files in it are removed. What dies lets go.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Trust:
    """What this process holds while it trusts."""

    def __init__(self, folder: Path) -> None:
        """Hold nothing yet."""
        self._folder = folder
        self._held: int | None = None

    def hold(self) -> None:
        """Say that this process may trust its numbers from now on. Only what it hears later counts."""
        self.let_go()
        self._held = self._open()
        # Whoever asks has it for a moment.
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def let_go(self) -> None:
        """Say that it does not trust them any more."""
        if self._held is not None:
            os.close(self._held)
        self._held = None

    def is_held(self) -> bool:
        """Whether a process does, this one or another; also when nobody can tell."""
        try:
            asking = self._open()
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            fcntl.flock(asking, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(asking)
        return False

    def _open(self) -> int:
        return os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
