"""What there is to decide at a served site: a post whose comments wait, and who may decide about them."""

from __future__ import annotations

import json
from typing import Any

from tests.watched_pages import canary

PATH = "/posts/floor/"

# Run by `manage.py shell` in the site: what there is to decide, and the sessions of who decides.
# The comments are of tomorrow, so that their writers may edit them for as long as this runs.
SCRIPT = """
import json
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from config.sessions import SessionStore
from blog import roles
from comments.moderation import Said, submit
from comments.private_links import step_path
from tests.cast import make_ceo, make_post, make_user
from tests.comments.conftest import arrival
from tests.deciding_site import words

def session_of(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key

ceo = make_ceo()
post = make_post(ceo, title="Floor", slug="floor")
tomorrow = timezone.now() + timedelta(days=1)
comments = [
    submit(post, Said(name=f"Reader {{n}}", body=words(n)), arrival(), at=tomorrow).comment
    for n in range({count})
]
print("FOUND" + json.dumps({{
    "author": session_of(ceo),
    "moderator": session_of(make_user("Noor Haddad", roles.MODERATOR)),
    "post": post.pk,
    "body": post.live_version.body,
    "comments": [[c.pk, c.revision, step_path(c, "edit")] for c in comments],
}}))
"""


def words(number: int) -> str:
    """Return what a comment says in the wording of a number."""
    return f"About {canary(number)} I agree."


def found_in(said: str) -> dict[str, Any]:
    """Return what `SCRIPT` printed."""
    line = next(line for line in said.splitlines() if line.startswith("FOUND"))
    found: dict[str, Any] = json.loads(line.removeprefix("FOUND"))
    return found
