"""Correcting: what a change of public words is to readers, and the sealed row that tells of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Post, PublicChange, Rendering, Version
from blog.refusal import Refused
from blog.typos import why_no_typo
from blog.words import words_of
from blog.workflow.writing import subject
from ledger.record import Actor, record

Kind = PublicChange.Kind


def kind_of_change(post: Post, version: Version) -> Kind | None:
    """Return what readers are told when `version` replaces what they see; `None` when nothing does.

    A sentence under “What changed?” makes it a correction. Without one it has to be a typo.

    Raises:
        Refused: when there is no new sentence, and the change is more than a typo.
    """
    live = post.live_version
    if not post.is_published or live is None or live.pk == version.pk:
        return None
    if version.correction and version.correction != live.correction:
        return Kind.CORRECTION
    why = why_no_typo(words_of(live), words_of(version), language=post.language_code)
    if why:
        raise Refused(
            _("%(why)s That is a correction: say under “What changed?” what readers should know.")
            % {"why": why}
        )
    return Kind.TYPO


def shown(post: Post) -> Rendering | None:
    """Return what the public can read of `post` at this moment."""
    return post.live_rendering if post.is_published else None


def noted(
    post: Post,
    kind: Kind | None,
    before: Rendering | None,
    notice: str = "",
    undoes: PublicChange | None = None,
) -> PublicChange | None:
    """Keep for ever that the public saw `before` until now, unless it saw nothing, or the same words.

    Call it once `post` is as readers see it from now on: the database refuses the row otherwise.
    """
    if kind is None or before is None:
        return None
    moment = post.updated_at if kind in {Kind.CORRECTION, Kind.RETRACTION} else None
    return PublicChange.objects.create(
        post=post,
        kind=kind,
        before=before,
        after=shown(post),
        notice=notice,
        undoes=undoes,
        at=moment or timezone.now(),
        record=uuid.uuid4(),
    )


def record_change(
    verb: str,
    post: Post,
    by: Actor,
    change: PublicChange | None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Make the entry of a verb; one that changed what the public saw says so, and names the row."""
    told: dict[str, object] = dict(facts or {})
    if change:
        told |= {"change": change.kind, "before": change.before.html_hash}
    record(verb, subject(post), by=by, facts=told, key=change.record if change else None)


def live_facts(post: Post) -> dict[str, object]:
    """Return what the record keeps of the words that readers see, or will see."""
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None or post.published_at is None:
        raise ValueError("A post without live words is not published.")
    return {
        "version": version.number,
        "content": version.content_hash,
        "html": rendering.html_hash,
        "from": post.published_at.isoformat(),
    }
