"""A site whose SITE_URL is https: a process of its own, since settings are read once.

The process asks itself, in plain HTTP and as HTTPS, from a stranger and from the trusted proxy, and
prints its answers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[1]
HOST = "letters.example.com"
PROXY, STRANGER = "10.0.0.1", "203.0.113.9"

VISITS = """
import json, sys, django
django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
def visit(path, secure, address, method="get", **headers):
    client = Client(headers={"host": HOST} | headers, raise_request_exception=False)
    answer = getattr(client, method)(path, secure=secure, REMOTE_ADDR=address)
    cookies = {name: dict(morsel) for name, morsel in answer.cookies.items()}
    return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies}
print(json.dumps([visit(**wanted) for wanted in json.loads(sys.stdin.read())]))
""".replace("HOST", repr(HOST))


@pytest.fixture
def visit(database_url: str) -> Any:
    """Ask a site at https://letters.example.com behind a proxy at 10.0.0.1."""
    environ = os.environ | {
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "SECRET_KEY": "only-for-tests-" + "0" * 40,
    }

    def ask(*wanted: dict[str, Any]) -> list[dict[str, Any]]:
        visits = [{"secure": False, "address": STRANGER} | one for one in wanted]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", VISITS],
            input=json.dumps(visits),
            capture_output=True,
            check=True,
            cwd=ROOT,
            env=environ,
            text=True,
            timeout=60,
        )
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return ask


def test_plain_http_is_led_to_https(visit):
    plain, deep, health = visit({"path": "/"}, {"path": "/posts/floor/?q=1"}, {"path": "/healthz"})
    assert (plain["status"], plain["headers"]["Location"]) == (301, f"https://{HOST}/")
    assert deep["headers"]["Location"] == f"https://{HOST}/posts/floor/?q=1"
    assert health["status"] == 200
    assert "Strict-Transport-Security" not in plain["headers"]


def test_https_answers_with_hsts_and_our_own_addresses(visit):
    page, robots = visit({"path": "/", "secure": True}, {"path": "/robots.txt", "secure": True})
    for answer in (page, robots):
        assert answer["status"] == 200
        assert answer["headers"]["Strict-Transport-Security"] == "max-age=31536000"
    assert not page["cookies"]


def test_cookies_of_the_newsroom_are_bound_to_host_and_https(visit):
    (page,) = visit({"path": "/admin/login/", "secure": True})
    assert page["status"] == 200
    assert {*page["cookies"]} == {"__Host-csrf"}
    cookie = page["cookies"]["__Host-csrf"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_only_the_proxy_may_say_that_a_visit_was_https(visit):
    headers = {"X-Forwarded-Proto": "https"}
    stranger, proxy = visit({"path": "/", **headers}, {"path": "/", "address": PROXY, **headers})
    assert stranger["status"] == 301
    assert proxy["status"] == 200
    assert "Strict-Transport-Security" in proxy["headers"]


def test_no_host_of_a_stranger_is_led_to(visit):
    forwarded, refused = visit(
        {"path": "/", "X-Forwarded-Host": "evil.example"},
        {"path": "/", "host": "evil.example"},
    )
    assert forwarded["headers"]["Location"] == f"https://{HOST}/"
    assert refused["status"] == 400
    assert "Location" not in refused["headers"]
