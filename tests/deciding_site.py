"""A served site with comments that wait, and somebody who decides about them as her browser does."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from tests.watched_pages import Change

PATH = "/posts/floor/"
TOKEN = "a" * 32

# Run by `manage.py shell` in the site: what there is to decide, and the session of who decides.
SCRIPT = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from config.sessions import SessionStore
from blog import roles
from tests.cast import make_ceo, make_post, make_user
from tests.comments.conftest import make_comment
from tests.watched_pages import canary
ceo = make_ceo()
post = make_post(ceo, title="Floor", slug="floor")
user = make_user("Noor Haddad", roles.MODERATOR)
comments = [
    make_comment(post, name=f"Reader {{n}}", body=f"About {{canary(n)}} I agree.")
    for n in range({count})
]
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
found = {{"session": session.session_key, "comments": [[c.pk, c.revision] for c in comments]}}
print("FOUND" + json.dumps(found))
"""


@dataclass
class Waiting:
    """A comment as its moderator last saw it; `undo` is where her last decision is taken back."""

    pk: int
    revision: int
    is_public: bool = False
    undo: str = ""


@dataclass
class Moderator:
    """Somebody at the desk of a site on this machine.

    Attributes:
        found: what `SCRIPT` printed.
    """

    port: int
    found: dict[str, Any]
    chance: Random = field(default_factory=lambda: Random(8))

    def __post_init__(self) -> None:
        self.waiting = [Waiting(pk, revision) for pk, revision in self.found["comments"]]
        self._connection = http.client.HTTPConnection("localhost", self.port, timeout=60)

    def leave(self) -> None:
        """Hang up."""
        self._connection.close()

    def decide(self) -> Change:
        """Decide about one comment, or take the last decision about it back; return what changed."""
        number = self.chance.randrange(len(self.waiting))
        one = self.waiting[number]
        path, fields = one.undo, {"seen": str(one.revision)}
        if not path or self.chance.random() < 0.7:
            path = f"/admin/comments/comment/{one.pk}/decide/"
            verb = "mark_spam" if one.is_public else "approve"
            fields = {"verb": verb, f"seen-{one.pk}": str(one.revision)}
        is_undone = path == one.undo
        sent = time.monotonic()
        answer = self._send(path, fields)
        answered = time.monotonic()
        one.revision = next(
            d["revision"] for d in answer["undone" if is_undone else "decided"] if d["pk"] == one.pk
        )
        # Every decision here turns what the one before it did.
        one.is_public = not one.is_public
        one.undo = "" if is_undone else answer["undo"]["address"]
        return Change(sent, answered, number, one.is_public)

    def _send(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields})
        head = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Cookie": f"session={self.found['session']}; csrf={TOKEN}",
            "Origin": f"http://localhost:{self.port}",
        }
        self._connection.request("POST", path, body, head)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text[:500])
        said: dict[str, Any] = json.loads(text)
        return said


def found_in(said: str) -> dict[str, Any]:
    """Return what `SCRIPT` printed."""
    line = next(line for line in said.splitlines() if line.startswith("FOUND"))
    found: dict[str, Any] = json.loads(line.removeprefix("FOUND"))
    return found
