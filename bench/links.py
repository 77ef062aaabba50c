"""What it takes to check every link of a site, and to copy it: seconds, addresses a second, megabytes.

Run by `make bench` with 10,000 posts and 100,000 comments; other counts: `bench/links.py 1000 10000`.
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from importing import POSTS, REMARKS, Generated, prepare


def main(posts: int = POSTS, remarks: int = REMARKS) -> None:
    """Bring posts in, adopt them, and print what a check and a copy took."""
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as folder:
        prepare(folder)
        from django.core.management import call_command
        from django.db import connection

        from transfer.static_copy import write

        _fill(posts, remarks)
        said = io.StringIO()
        _timed("check_links", lambda: call_command("check_links", stdout=said))
        print(said.getvalue().strip())
        _timed("static copy", lambda: print(write(Path(folder, "copy")), "files"))
        getattr(connection, "close_pool", lambda: None)()


def _timed(what: str, act: Callable[[], object]) -> None:
    begun = time.perf_counter()
    act()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what}: {time.perf_counter() - begun:.1f} s, {memory} MB at most")


def _fill(posts: int, remarks: int) -> None:
    from django.contrib.auth.models import Group, User

    from blog import roles
    from blog.adoptable import adoption_list
    from blog.models import Batch, Site
    from blog.workflow.adopting import adopt
    from ledger.record import Actor
    from transfer.storing import bring

    Site(name="Bench").save()
    ceo = User.objects.create_user("ceo", is_staff=True)
    ceo.groups.set(Group.objects.filter(name=roles.CEO))
    bring(Generated(posts, remarks), by=Actor.system("command"))
    batch = Batch.objects.get()
    adopt(batch, by=ceo, seen=adoption_list(batch).hash)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
