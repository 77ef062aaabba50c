"""A missing or wrong setting ends the start with one line that names it; each setting is documented."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "only-for-tests-" + "0" * 32


def start(code: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, away from any .env of this folder; then run `code`."""
    script = (
        "import config.env; read = config.env.read_files\n"
        "config.env.read_files = lambda *paths: read()\n"
        f"from config import settings\n{code}"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": SECRET, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECRET_KEY", "", "is missing: set it to at least 32 random characters"),
        ("SECRET_KEY", "short", "must have at least 32 characters"),
        ("LINK_KEY", "short", "must have at least 32 characters"),
        ("NETWORK_KEY", "short", "must have at least 32 characters"),
        ("DEBUG", "maybe", "must be on or off"),
        ("READ_ONLY", "2", "must be on or off"),
        ("THROTTLE", "of", "must be on or off"),
        ("SITE_URL", "blog.example.com", "must be an address such as https://blog.example.com"),
        ("SITE_URL", "ftp://blog.example.com", "must be an address such as"),
        ("SITE_URL", "https://blog.example.com/blog", "must be an address such as"),
        ("SITE_URL", "https://[::1", "must be an address such as https://blog.example.com"),
        ("SITE_LANGUAGE", "english", "must be a language such as en-gb, de or pt-br"),
        ("SITE_LANGUAGE", "xx", "must be a language such as en-gb, de or pt-br"),
        ("PORT", "http", "must be a number"),
        ("PORT", "70000", "must be a number from 1 to 65535"),
        ("ALLOWED_HOSTS", "https://blog.example.com", "must be a list of host names"),
        ("ALLOWED_HOSTS", "*", "must be a list of host names"),
        ("TRUSTED_PROXIES", "proxy.example.com", "must be a list of IP addresses or networks"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "must be a list of IP addresses or networks"),
        ("DATABASE_URL", "somewhere", "must be an address such as sqlite:"),
        ("DATABASE_URL", "mysql://root@localhost/site", "must name SQLite or PostgreSQL"),
        ("CACHE_URL", "somewhere", "must be an address such as locmemcache://"),
        ("EMAIL_URL", "mail.example.com", "must be an address such as smtp+tls://"),
        (
            "EDGE_PURGE",
            "127.0.0.1:6081",
            "must be the address of an edge, such as http://127.0.0.1",
        ),
        ("EDGE_PURGE", "ftp://127.0.0.1", "must be the address of an edge"),
        ("EDGE_PURGE", "http://127.0.0.1:0", "must be the address of an edge"),
        ("EDGE_PURGE", "http://127.0.0.1:70000", "must be the address of an edge"),
        ("EDGE_PURGE", "http://[::1", "must be the address of an edge"),
        ("EDGE_PURGE", "http://edge/?all", "must be the address of an edge"),
        ("EDGE_PURGE", "http://me:word@edge/", "must be the address of an edge"),
        ("EDGE_PURGE", "http://edge/a b", "must be the address of an edge"),
        ("MAIL_DOOR", "127.0.0.1:8025", "needs REPLY_ADDRESS, which says what mail is taken"),
        ("REPLY_ADDRESS", "blog.example.com", "must be an address such as reply@blog.example.com"),
        ("REPLY_ADDRESS", "re+ply@blog.example.com", "must be an address such as"),
        ("REPLY_ADDRESS", f"{'r' * 21}@blog.example.com", "must be an address such as"),
        ("REPLY_ADDRESS", "reply@blog.example.com\nX: y", "must be an address such as"),
    ],
)
def test_wrong_value_ends_the_start_with_one_line(name: str, value: str, problem: str) -> None:
    ended = start(**{name: value})
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"Cannot start: {name} {problem}")
    assert line.endswith("See .env.example.")


@pytest.mark.parametrize(
    "place",
    [
        *("0.0.0.0:8025", "192.0.2.1:8025", "[::]:8025", "blog.example.com:8025", "localhost"),
        *("127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "8025", "run/mail", f"/{'a' * 107}"),
    ],
)
def test_door_for_mail_opens_on_this_machine_only(place: str) -> None:
    ended = start(MAIL_DOOR=place, REPLY_ADDRESS="reply@blog.example.com")
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "Cannot start: MAIL_DOOR must be on this machine: 127.0.0.1:8025"
    )
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("place", ["127.0.0.1:8025", "[::1]:8025", "/run/plainspoken/mail"])
def test_door_for_mail_is_spelt_as_it_was_set(place: str) -> None:
    assert printed("MAIL_DOOR", MAIL_DOOR=place, REPLY_ADDRESS="reply@blog.example.com") == place


def test_commands_end_in_the_same_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": SECRET, "DEBUG": "maybe"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "Cannot start: DEBUG must be on or off. See .env.example.\n"


@pytest.mark.parametrize(
    "name",
    ["DATABASE_URL", "CACHE_URL", "EMAIL_URL", "ALLOWED_HOSTS", "PORT", "SITE_URL", "MEDIA_ROOT"],
)
def test_empty_value_is_as_good_as_none(name: str) -> None:
    code = f"from config.settings import DATABASES, CACHES, EMAIL_BACKEND, {read_as(name)} as it; print(it)"
    with_empty, without = start(code, **{name: ""}), start(code)
    assert with_empty.returncode == 0, with_empty.stderr
    assert with_empty.stdout == without.stdout


def read_as(name: str) -> str:
    renamed = {"DATABASE_URL": "DATABASES", "CACHE_URL": "CACHES", "EMAIL_URL": "EMAIL_BACKEND"}
    return renamed.get(name, name)


def printed(expression: str, **environ: str) -> str:
    ended = start(f"print(settings.{expression})", **environ)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_nothing_is_open_by_default() -> None:
    assert printed("DEBUG") == "False"
    assert printed("ALLOWED_HOSTS") == "['localhost', 'localhost', '127.0.0.1', '[::1]']"
    assert printed("DATABASES['default']['ATOMIC_REQUESTS']") == "False"


def test_options_of_the_database_address_stay_in_force() -> None:
    options = "DATABASES['default']['OPTIONS']"
    encrypted = "postgres://user:password@db.example/site?sslmode=verify-full&sslrootcert=/ca.pem"
    for part in ("'sslmode': 'verify-full'", "'sslrootcert': '/ca.pem'", "'pool': {"):
        assert part in printed(options, DATABASE_URL=encrypted)
    patient = printed(options, DATABASE_URL="sqlite:////srv/site.sqlite3?timeout=20")
    assert "'timeout': 20" in patient
    assert "recursive_triggers=ON" in patient


def test_options_of_the_database_address_do_not_loosen_what_the_guards_need() -> None:
    loose = "sqlite:////srv/site.sqlite3?init_command=SELECT&transaction_mode=DEFERRED"
    options = printed("DATABASES['default']['OPTIONS']", DATABASE_URL=loose)
    assert "recursive_triggers=ON" in options
    assert "'transaction_mode': 'IMMEDIATE'" in options


def test_https_switches_on_what_belongs_to_it() -> None:
    https = {"SITE_URL": "https://blog.example.com"}
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert printed(name) == "False"
        assert printed(name, **https) == "True"
    assert int(printed("SECURE_HSTS_SECONDS", **https)) > 0


def test_address_follows_the_port() -> None:
    assert printed("SITE_URL", PORT="9000") == "http://localhost:9000"
    assert printed("SITE_URL", PORT="9000", SITE_URL="http://x.example") == "http://x.example"


def test_language_is_chosen_by_whoever_runs_the_site() -> None:
    assert printed("LANGUAGE_CODE") == "en-gb"
    assert printed("LANGUAGE_CODE", SITE_LANGUAGE="pt_BR") == "pt-br"


def test_edge_is_told_at_the_address_that_was_set() -> None:
    assert printed("EDGE_PURGE") == ""
    for address in ("http://127.0.0.1:6081", "https://edge.example/purge", "http://[::1]:6081"):
        assert printed("EDGE_PURGE", EDGE_PURGE=address) == address


def test_purposes_have_keys_of_their_own() -> None:
    keys = printed("SECRET_KEY, settings.LINK_KEY, settings.NETWORK_KEY").split()
    assert len(set(keys)) == 3
    assert printed("LINK_KEY", LINK_KEY="l" * 32) == "l" * 32


def test_each_setting_is_documented_in_one_line() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    documented = {}
    for before, line in pairwise(lines):
        if match := re.match(r"#([A-Z_]+)=", line):
            documented[match[1]] = before
    assert documented.keys() == names_read()
    assert all(re.match(r"# \S.{20,}\.$", sentence) for sentence in documented.values())


def names_read() -> set[Any]:
    """Return the variables that the code of the settings asks the environment for."""
    return {
        node.args[0].value  # type: ignore[attr-defined]
        for name in ("settings.py", "env.py")
        for node in ast.walk(ast.parse((ROOT / "config" / name).read_text()))
        if is_reading(node)
    }


def is_reading(node: ast.AST) -> bool:
    """Whether a node is a call such as `read.flag("DEBUG", …)`."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="read" | "env")) | ast.Name(),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return re.fullmatch(r"[A-Z][A-Z_]+", name) is not None
    return False
