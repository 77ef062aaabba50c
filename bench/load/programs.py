"""Find nginx, wrk and Varnish, or unpack Debian's packages of them beside the benchmark's other files.

Unpacked and not installed: that needs no root, and no service starts on this machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.load.places import KEPT

_WHERE = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
_UNPACKED = KEPT / "programs"
_NEW = re.compile(r"^Inst (\S+) ", re.MULTILINE)


class Missing(Exception):
    """A program cannot be had here; the message is for who runs the benchmark."""


@dataclass(frozen=True)
class Program:
    """Where a program lies, and the environment in which it finds its libraries."""

    path: str
    environ: dict[str, str]


@cache
def program(name: str, package: str) -> Program:
    """Return the program, from this machine or unpacked from Debian's package; raises `Missing`."""
    if found := shutil.which(name, path=_WHERE):
        return Program(found, dict(os.environ))
    unpacked = _UNPACKED / package
    if not unpacked.exists():
        _unpack(package, unpacked)
    path = shutil.which(name, path=f"{unpacked}/usr/bin{os.pathsep}{unpacked}/usr/sbin")
    if path is None:
        raise Missing(f"Debian's package {package} holds no program {name}.")
    libraries = os.pathsep.join(str(folder) for folder in unpacked.glob("usr/lib/*-linux-*"))
    return Program(path, {**os.environ, "LD_LIBRARY_PATH": libraries})


def needed(name: str, package: str) -> Program:
    """Return the program as `program` does, or end this process with the sentence that says why not."""
    try:
        return program(name, package)
    except Missing as missing:
        raise SystemExit(str(missing)) from missing


def installed(name: str, package: str) -> str:
    """Return the path of a program that works only where it is installed; SystemExit where it is not."""
    if found := shutil.which(name, path=_WHERE):
        return found
    raise SystemExit(
        f"This benchmark needs Debian's package {package} (apt-get install {package})."
    )


def _unpack(package: str, target: Path) -> None:
    """Download a package and what it needs beyond this machine's, and unpack all of it to `target`."""
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        listed = _run("apt-get", "install", "--simulate", "--no-install-recommends", package)
        _run("apt-get", "download", *new_packages(listed), folder=partial)
        for file in partial.glob("*.deb"):
            _run("dpkg", "-x", str(file), str(partial))
    except (OSError, subprocess.CalledProcessError) as fault:
        raise Missing(
            f"This benchmark needs Debian's package {package}, and it cannot be had here. "
            f"Install it (apt-get install {package}), or run this where it is."
        ) from fault
    partial.rename(target)


def new_packages(simulated: str) -> list[str]:
    """Return the packages that `apt-get install --simulate` says it would install."""
    return _NEW.findall(simulated)


def _run(*command: str, folder: Path | None = None) -> str:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout
