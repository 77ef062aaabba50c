"""`manage.py demo`: a living scene to try the site with, and its removal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from blog.models import Post, Site
from comments.models import Comment
from config.demo.loading import Login, load
from config.tables import require_tables
from ledger import guards


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
        foreign = _what_is_not_demo()
        if foreign:
            raise CommandError(
                f"This database is not only the demo: {foreign}. Nothing was removed."
            )
        guards.drop()
        try:
            call_command("flush", interactive=False, verbosity=0)
        finally:
            guards.install()
        self.stdout.write("The demo is gone. Begin your own site with: manage.py setup")

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


def _what_is_not_demo() -> str:
    """Return what a person added beside the demo, in words; an empty string when there is nothing.

    Comments under the demo's posts belong to trying it out.
    """
    demo = Site.current().demo
    if demo is None:
        return "it was never loaded here"
    if User.objects.exclude(pk__in=demo["users"]).exists():
        return "there are other accounts"
    if Post.objects.exclude(pk__in=demo["posts"]).exists():
        return "there are other posts"
    return ""
