"""Adopting: one signature takes over the posts of an import that were public before the record began."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog import roles
from blog.adoptable import OF_POSTS, Adoptable, AdoptionList, adoption_list
from blog.models import Adoption, Batch, Post, Rendering, Version
from blog.refusal import Refused, Stale
from blog.search_index import index_posts
from blog.workflow.quieting import hold_quiet, require_no_quiet
from blog.workflow.writing import require, require_guards
from ledger.models import subject_of
from ledger.record import Actor, Happening, record_all

_ROWS = 500
"""Posts of one update; SQLite takes a limited number of values."""


def may_adopt(user: User) -> bool:
    """Whether an account may sign for a whole import: the CEO's, or the only one that signs here."""
    if not (user.is_active and user.has_perm("blog.adopt_batch")):
        return False
    return roles.has_role(user, roles.CEO) or roles.is_solo(user)


def adopt(batch: Batch, *, by: User, seen: str, channel: str = "admin") -> Adoption:
    """Make the waiting posts of an import public, each with its date, by one signature over all.

    Posts that were edited, published or taken back since they came stay as they are;
    `blog.adoptable.left_out` names them. What was retracted where it came from is retracted here.

    Args:
        seen: the hash of the list as the signer saw it (`blog.adoptable.adoption_list`).

    Raises:
        Stale: when the list has changed since.
        Refused: when the account may not sign, when the import is not finished, has been adopted or
            holds no post that waits, in a quiet period, or when the database has lost its guards.
    """
    _require_adopter(by)
    require_guards()
    with transaction.atomic():
        hold_quiet()
        require_no_quiet(timezone.now())
        batch = _locked(batch)
        found = adoption_list(batch)
        _check(found, seen)
        actor = Actor.of(by, channel=channel)
        adoption = _signed(found, by.pk, actor.label)
        _make_public(found)
        index_posts([row.post_id for row in found.rows])
        record_all(list(_happenings(adoption, found)), by=actor)
    return adoption


def _require_adopter(user: User) -> None:
    require(
        user,
        "adopt_batch",
        _("Your account may not adopt imports. Ask an administrator for the role."),
    )
    if not may_adopt(user):
        raise Refused(_("Only the chief executive adopts an import: it is one signature for all."))


def _locked(batch: Batch) -> Batch:
    """Lock the batch and then its posts, in the order of their keys; return the batch as it is now."""
    found = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    posts = Post.objects.filter(pk__in=found.versions.values("post")).order_by("pk")
    list(posts.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return found


def _check(found: AdoptionList, seen: str) -> None:
    batch = found.batch
    adoption = Adoption.objects.filter(batch=batch).first()
    if adoption:
        day = date_format(timezone.localtime(adoption.at), "j F Y")
        raise Refused(
            _("%(by_label)s adopted this import on %(day)s. There is nothing left to do.")
            % {"by_label": adoption.by_label, "day": day}
        )
    if batch.finished_at is None:
        raise Refused(_("This import is not finished yet, so there is no whole list to sign."))
    if not found.rows:
        raise Refused(_("No post of this import waits to be adopted."))
    if found.hash != seen:
        raise Stale(_("The list has changed since you opened it. Please look at it again."))


def _signed(found: AdoptionList, by: int, label: str) -> Adoption:
    return Adoption.objects.create(
        batch=found.batch,
        list_hash=found.hash,
        count=len(found.rows),
        at=timezone.now(),
        by=by,
        by_label=label,
        record=uuid.uuid4(),
    )


def _make_public(found: AdoptionList) -> None:
    for state, is_retracted in ((Post.State.PUBLISHED, False), (Post.State.RETRACTED, True)):
        keys = [row.post_id for row in found.rows if row.is_retracted is is_retracted]
        for start in range(0, len(keys), _ROWS):
            _show(keys[start : start + _ROWS], state)


def _show(keys: list[int], state: str) -> None:
    """Show the first words of these posts in their first HTML: what the signer looked at."""
    words = Version.objects.filter(post=OuterRef("pk"), number=1)
    html = Rendering.objects.filter(version__post=OuterRef("pk"), version__number=1).first_made()
    Post.objects.filter(pk__in=keys).update(
        state=state,
        live_version=Subquery(words.order_by().values("pk")[:1]),
        live_rendering=Subquery(html.order_by().values("pk")[:1]),
    )


def _happenings(adoption: Adoption, found: AdoptionList) -> Iterator[Happening]:
    facts = {
        "file": found.batch.file_hash,
        "list": adoption.list_hash,
        "count": adoption.count,
    }
    yield Happening("adopt_batch", subject_of(found.batch), facts, adoption.record)
    for row in found.rows:
        subject = f"{OF_POSTS}{row.post_id}"
        yield Happening("adopt", subject, _facts(found.batch, row))
        if row.is_retracted:
            yield Happening("retract", subject)


def _facts(batch: Batch, row: Adoptable) -> dict[str, object]:
    return {
        "version": 1,
        "content": row.content,
        "html": row.html,
        "from": row.published_at.isoformat(),
        "batch": batch.pk,
    }
