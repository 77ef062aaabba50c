"""`manage.py mail_door`: take in the mail that the mail server of this machine hands over."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.mail_door import MailDoor, listen


class Command(BaseCommand):
    """Answer at MAIL_DOOR until SIGTERM or Ctrl-C; the mail that comes in then is finished."""

    help = "Take mail in at MAIL_DOOR, until SIGTERM or Ctrl-C. `serve` runs it when that is set."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve, or say why not."""
        address = settings.MAIL_DOOR
        if address is None:
            raise CommandError("There is no door for mail: MAIL_DOOR is not set. See .env.example.")
        try:
            listen(address, until=_signals, opened=self._say)
        except OSError as error:
            raise CommandError(f"The door for mail cannot open at {address}: {error}") from error

    def _say(self, where: str) -> None:
        self.stdout.write(f"Taking mail in at {where}")
        self.stdout.flush()


def _signals(door: MailDoor) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, door.stop)
