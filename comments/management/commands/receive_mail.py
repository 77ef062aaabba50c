"""`manage.py receive_mail`: one mail from standard input, as a mail server pipes it."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from blog.incoming import letter
from blog.incoming.proof import TryLater
from blog.refusal import Refused
from comments import moderation

MOST_BYTES = 1_000_000

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Take an answer by mail; the status tells the mail server what to do (sysexits.h)."""

    help = "Takes one mail from standard input: the answer of an author to a comment."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it: 0. Refuse it, so that it goes back to its sender: 65. Ask to try again later: 75."""
        try:
            taken = _taken(sys.stdin.buffer.read(MOST_BYTES + 1))
        except Refused as refusal:
            self._end(os.EX_DATAERR, str(refusal))
        except (TryLater, DatabaseError) as error:
            logger.warning("A mail could not be taken now: %s", error)
            self._end(os.EX_TEMPFAIL, "The site is busy. Please try again later.")
        except Exception:
            # A fault of ours must not cost anybody a mail: it stays with the mail server.
            logger.exception("A mail could not be taken")
            self._end(os.EX_TEMPFAIL, "Something broke on our side. Please try again later.")
        else:
            self.stdout.write(taken)

    def _end(self, status: int, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(status)


def _taken(raw: bytes) -> str:
    if settings.READ_ONLY:
        raise TryLater("Nothing is changed now.")
    if not settings.REPLY_ADDRESS:
        raise Refused("This site takes no answers by mail.")
    if len(raw) > MOST_BYTES:
        raise Refused(
            "An answer by mail has at most one megabyte. Please send it without attachments."
        )
    return moderation.take_reply(letter.read(raw)).value
