"""`manage.py generate`: a site full of posts and comments, to measure on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog import roles
from blog.adoptable import adoption_list
from blog.models import Batch, Post, Site
from blog.workflow.adopting import adopt, may_adopt
from comments.models import Comment
from ledger.models import Channel
from ledger.record import Actor
from ledger.tables import require_tables
from transfer.generating import FORMAT, MOST_COMMENTS, MOST_POSTS, Generated
from transfer.progress import Bars
from transfer.storing import bring

NAME = "Generated load test"
TAGLINE = "Nobody wrote this: a program made it, to measure with."
SIGNER = "generated"


class Command(BaseCommand):
    """Fill an empty database through the same import that any blog comes in by, and adopt it."""

    help = "Fills an empty database with made-up posts and comments, for benchmarks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the options."""
        parser.add_argument("--posts", type=_count(MOST_POSTS), default=10_000)
        parser.add_argument("--comments", type=_count(MOST_COMMENTS), default=100_000)
        parser.add_argument("--seed", type=int, default=1, help="another seed, other texts")
        parser.add_argument(
            "--adopt-as", metavar="USER", help="who signs, instead of an account made for it"
        )
        parser.add_argument("--force", action="store_true", help="also beside what people wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, import, adopt, and say what there is now."""
        require_tables()
        if settings.READ_ONLY:
            raise CommandError("This site is read-only (READ_ONLY), so nothing can be generated.")
        if not options["force"] and _is_real():
            raise CommandError(
                "This database holds a site already. Generated posts would stand among real ones"
                " for ever; use an empty database, or --force if that is what you want."
            )
        signer = _signer(options["adopt_as"])
        source = Generated(
            posts=options["posts"], comments=options["comments"], seed=options["seed"]
        )
        _mark()
        summary = bring(
            source,
            by=Actor.system(Channel.COMMAND),
            progress=lambda items, total: Bars().through(items, total, "generating"),
        )
        self._adopt(summary.batch, signer)

    def _adopt(self, batch: Batch | None, signer: User) -> None:
        found = adoption_list(batch) if batch else None
        if found and found.rows:
            adopt(found.batch, by=signer, seen=found.hash, channel=Channel.COMMAND)
        posts, comments = Post.objects.published().count(), Comment.objects.visible().count()
        self.stdout.write(f"Public now: {posts:,} posts and pages, {comments:,} comments.")


def _count(most: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if not 0 <= value <= most:
            raise ValueError
        return value

    number.__name__ = f"number from 0 to {most:,}"
    return number


def _is_real() -> bool:
    """Whether anything is here that this command did not make."""
    site = Site.current()
    others = User.objects.exclude(username=SIGNER)
    written = Post.objects.exclude(versions__batch__source=FORMAT)
    return (site.is_set_up and site.name != NAME) or others.exists() or written.exists()


def _signer(username: str | None) -> User:
    """Return the account that adopts; one that nobody can sign in to where there is no other."""
    if username is None and not User.objects.exclude(username=SIGNER).exists():
        user, _ = User.objects.get_or_create(username=SIGNER, defaults={"first_name": NAME})
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.groups.add(Group.objects.get(name=roles.CEO))
        return user
    found = User.objects.filter(username=username or "", is_active=True).first()
    if found is None or not may_adopt(found):
        raise CommandError("Say with --adopt-as which account adopts: that of the chief executive.")
    return found


def _mark() -> None:
    """Let every page of a site that has no name say what it is."""
    site = Site.current()
    if not site.is_set_up:
        site.name, site.tagline, site.legal_line = NAME, TAGLINE, TAGLINE
        site.save()
