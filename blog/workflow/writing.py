"""Writing: every save of new words is a new version with its HTML."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import markup, slugs
from blog.models import Post, Rendering, Version
from blog.refusal import Refused, Stale
from blog.words import Words, problems
from blog.workflow.pictures import picture_problems, record_uses
from ledger import guards
from ledger.record import Actor, Happening, record_all

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


ADDRESS_TAKEN = gettext_lazy("Another post has this address already. Choose another one.")
ADDRESS_RESERVED = gettext_lazy("“%(slug)s” is used by the site itself. Choose another address.")


def subject(post: Post) -> str:
    """Return what the record calls a post."""
    return f"blog.post:{post.pk}"


def require(user: User, permission: str, refusal: StrOrPromise) -> None:
    """Refuse with a sentence when `user` lacks a permission of the blog."""
    if not (user.is_active and user.has_perm(f"blog.{permission}")):
        raise Refused(str(refusal))


def require_guards() -> None:
    """Refuse to make anything public while the database would not hold it against the signatures."""
    missing = guards.missing()
    if missing:
        raise Refused(
            _("The database has lost its guards (%(names)s). Run: manage.py migrate")
            % {"names": ", ".join(missing)}
        )


def require_seen(latest: Version, seen: int, user: User) -> None:
    """Raise `Stale` when the newest version is not the one, by number, that `user` has seen."""
    if latest.number != seen:
        own = _("You have saved another text here since you opened this one.")
        anothers = _("%(who)s has saved another text here since you opened this one.")
        said = own if latest.saved_by == user.pk else anothers
        raise Stale(said % {"who": latest.saved_by_label})


def locked(post: Post) -> Post:
    """Return the row of `post`, locked until the transaction ends."""
    return Post.objects.select_for_update(of=("self",), no_key=True).get(pk=post.pk)


def set_fields(post: Post, **changes: object) -> None:
    """Give `post`, which is locked, these values, and store them and no others."""
    for name, value in changes.items():
        setattr(post, name, value)
    post.save(update_fields=list(changes))


def require_free_address(slug: str, kind: str) -> None:
    """Refuse an address that a page would never be found under, since the site itself uses it."""
    if slugs.is_reserved(slug, kind):
        raise Refused(ADDRESS_RESERVED % {"slug": slug})


def create_post(
    words: Words,
    *,
    by: User,
    slug: str,
    kind: str = Post.Kind.POST,
    draft_key: uuid.UUID | None = None,
    channel: str = "admin",
) -> Post:
    """Make a draft with its first version, and return it.

    Args:
        draft_key: the form it was written in; a second post from the same form is refused.

    Raises:
        Refused: when the account may not write, the words cannot be saved as they are, or the
            address belongs to another post or to the site itself.
    """
    require(
        by, "add_post", _("Your account may not write posts. Ask an administrator for the role.")
    )
    require_free_address(slug, kind)
    check_words(words)
    actor = Actor.of(by, channel=channel)
    try:
        with transaction.atomic():
            post, saved = begin_post(words, by=actor, slug=slug, kind=kind, draft_key=draft_key)
            record_all([saved], by=actor)
    except IntegrityError as error:
        if Post.objects.filter(Q(slug=slug) | Q(draft_key=draft_key or uuid.uuid4())):
            raise Refused(ADDRESS_TAKEN) from error
        raise
    return post


def begin_post(
    words: Words, *, by: Actor, slug: str, kind: str, draft_key: uuid.UUID | None = None
) -> tuple[Post, Happening]:
    """Write a draft with its first version, which were checked, in the caller's transaction.

    Returns:
        The post, and what the caller records as its last act.
    """
    post = Post.objects.create(kind=kind, slug=slug, draft_key=draft_key)
    return post, _add_version(post, words, 1, by)[1]


def save_version(
    post: Post, words: Words, *, by: User, seen: int | None = None, channel: str = "admin"
) -> Version:
    """Keep `words` as the newest version of `post`, and return it.

    Words equal to the newest version make no new one, so that its approval holds.

    Args:
        seen: the number of the version the writer started from; `None` skips the comparison.

    Raises:
        Stale: when somebody else has saved since.
        Refused: when the account may not write, or the words cannot be saved as they are.
    """
    require(
        by, "change_post", _("Your account may not write posts. Ask an administrator for the role.")
    )
    check_words(words)
    actor = Actor.of(by, channel=channel)
    with transaction.atomic():
        post = locked(post)
        latest = post.latest_version
        if latest and latest.content_hash == words.content_hash:
            return latest
        if latest and seen is not None:
            require_seen(latest, seen, by)
        version, saved = _add_version(post, words, latest.number + 1 if latest else 1, actor)
        record_all([saved], by=actor)
        return version


def check_words(words: Words) -> None:
    """Refuse words that cannot be saved as they are. A query or two."""
    found = " ".join([*problems(words), *picture_problems(words)])
    if found:
        raise Refused(found)


def _add_version(post: Post, words: Words, number: int, actor: Actor) -> tuple[Version, Happening]:
    version = Version.objects.create(
        post=post,
        number=number,
        content_hash=words.content_hash,
        saved_at=timezone.now(),
        saved_by=actor.id,
        saved_by_label=actor.label,
        **words.fields,
    )
    rendering = render(version)
    facts = {"version": number, "content": version.content_hash, "html": rendering.html_hash}
    return version, Happening("save_version", subject(post), facts)


def render(version: Version) -> Rendering:
    """Return the HTML of `version` by today's renderer, made now if it is missing."""
    found = version.renderings.filter(renderer=markup.VERSION).first()
    if found:
        return found
    rendering = rendered(version)
    rendering.save(force_insert=True)
    record_uses([rendering])
    return rendering


def rendered(version: Version) -> Rendering:
    """Return today's HTML of `version` as a row that is not saved yet."""
    made = markup.render(version.body, version.markup)
    return Rendering(
        version=version,
        renderer=markup.VERSION,
        html=made.html,
        headings=[asdict(heading) for heading in made.headings],
        words=made.words,
        html_hash=hashlib.sha256(made.html.encode()).hexdigest(),
    )
