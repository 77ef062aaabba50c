"""`manage.py demo`: a living scene to try the site with, and its removal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, transaction

from blog.image_files import store
from blog.models import Batch, Image, Post, Site
from comments.models import Comment
from config.demo.loading import Login, load
from ledger import guards
from ledger.models import Entry
from ledger.tables import require_tables


class Command(BaseCommand):
    """Load the demonstration into an empty database, or remove it from one that holds nothing else."""

    help = "Loads a fictional company with posts and comments, and prints its logins once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the options."""
        parser.add_argument(
            "--remove", action="store_true", help="empty a database that holds only the demo"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when anything is there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load or remove."""
        require_tables()
        if options["remove"]:
            return self._remove()
        if _holds_anything():
            if options["if_empty"]:
                return None
            raise CommandError(
                "This database holds a site already. The demo goes into an empty one only."
            )
        with transaction.atomic():
            logins = load()
        self._print(logins)
        return None

    def _remove(self) -> None:
        try:
            with transaction.atomic():
                _hold_still()
                kept = [(image.address, str(image.original)) for image in Image.objects.all()]
                self._empty()
        except OperationalError as error:
            raise CommandError(
                "Somebody is using the site at this moment. Stop it, and try again."
                " Nothing was removed."
            ) from error
        for address, original in kept:
            store.delete(address, original)
        self.stdout.write("The demo is gone. Begin your own site with: manage.py setup")

    def _empty(self) -> None:
        foreign = _what_is_not_demo()
        if foreign:
            raise CommandError(
                f"This database is not only the demo: {foreign}. Nothing was removed."
            )
        guards.drop()
        call_command("flush", interactive=False, verbosity=0)
        guards.install()

    def _print(self, logins: list[Login]) -> None:
        self.stdout.write("\nThe demo is ready. Its logins, shown this once:\n")
        for login in logins:
            self.stdout.write(
                f"  {login.username:<10} {login.password}   {login.role}, {login.name}"
            )
        self.stdout.write("\nSign in at /admin/. Remove the demo with: manage.py demo --remove\n")


def _holds_anything() -> bool:
    return any(
        (
            User.objects.exists(),
            Post.objects.exists(),
            Comment.objects.exists(),
            Site.current().is_set_up,
        )
    )


def _hold_still() -> None:
    """Let nobody write until the transaction ends; on SQLite it began as the only one that writes."""
    if connection.vendor != "postgresql":
        return
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = ", ".join(connection.ops.quote_name(table) for table in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def _what_is_not_demo() -> str:
    """Return what a person added to the demo, in words; an empty string when there is nothing.

    Comments and decisions about them belong to trying it out.
    """
    demo = Site.current().demo
    if demo is None:
        return "it was never loaded here"
    if User.objects.exclude(pk__in=demo["users"]).exists():
        return "there are other accounts"
    if Post.objects.exclude(pk__in=demo["posts"]).exists():
        return "there are other posts"
    if Batch.objects.exists():
        return "something was imported"
    later = Entry.objects.filter(sequence__gt=demo["head"], actor__isnull=False)
    own = later.exclude(subject__startswith="comments.").order_by("sequence").first()
    if own is None:
        return ""
    return (
        f"{own.actor_label} has worked in it since"
        f" (entry {own.sequence} of the record: {own.verb}, {own.subject})"
    )
