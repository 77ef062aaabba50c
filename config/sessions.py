"""Sessions of the newsroom, kept in the database."""

from __future__ import annotations

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's own store, which passes any cookie of eight characters on to the database.

    PostgreSQL takes no NUL, and a quoted cookie can hold one. So a key that this site cannot have made
    counts as none: the visitor is asked to sign in.
    """

    def __init__(self, session_key: str | None = None) -> None:
        """Open the session of `session_key`, or begin a new one."""
        is_ours = session_key is not None and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if is_ours else None)
