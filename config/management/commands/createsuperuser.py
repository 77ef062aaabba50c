"""`manage.py createsuperuser`: Django's own, which then says what the account still lacks here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User

from config.founding import lacks


class Command(createsuperuser.Command):
    """An administrator can do everything in the admin, but signs nothing without role and byline."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account, then say what it lacks and which command gives it."""
        before = set(User.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.exclude(pk__in=before):
            missing = lacks(user)
            if missing:
                self.stdout.write(
                    f"{user.get_username()} can administer this site. To publish, the account still "
                    f"lacks {', '.join(missing)}. This gives it all of that:\n"
                    f"  manage.py setup --user {user.get_username()}"
                )
