"""A process that is the door for mail: `python -m tests.config.door_process`.

DKIM_RECORD is what the name servers answer. DIES says when it kills itself: before or after a commit.
"""

from __future__ import annotations

import os
import signal
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import django


def main() -> None:
    """Open the door as `manage.py mail_door` does."""
    django.setup()
    import dns.resolver
    from django.core.management import call_command

    from config import mail_in

    record = os.environ["DKIM_RECORD"].encode()

    def resolve(name: str, kind: str, **options: Any) -> list[Any]:
        return [SimpleNamespace(strings=[record[:200], record[200:]])]

    dns.resolver.resolve = resolve  # type: ignore[assignment]
    _arrange_death(os.environ.get("DIES", ""), mail_in)
    call_command("mail_door")


def _arrange_death(when: str, mail_in: Any) -> None:
    mailing: Any = import_module("blog.workflow.mailing")
    take, record_all = mail_in.take, mailing.record_all

    def die_after(*args: Any, **options: Any) -> str:
        take(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)
        return "never said"

    def die_before(*args: Any, **options: Any) -> None:
        record_all(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    if when == "after the commit":
        mail_in.take = die_after
    elif when == "before the commit":
        mailing.record_all = die_before


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
