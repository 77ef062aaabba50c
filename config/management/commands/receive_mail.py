"""`manage.py receive_mail`: one mail from standard input, as a mail server pipes it."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from blog.incoming.proof import TryLater
from blog.refusal import Refused
from config import mail_in

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Take a mail; the status tells the mail server what to do (sysexits.h)."""

    help = "Takes one mail from standard input: an answer to a comment, or the draft of a post."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it: 0. Refuse it, so that it goes back to its sender: 65. Ask to try again later: 75."""
        try:
            taken = mail_in.take(sys.stdin.buffer.read(mail_in.MOST_BYTES + 1))
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
