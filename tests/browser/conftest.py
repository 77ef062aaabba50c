"""A real Chromium for tests that walk through the site as a person does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
)

FOUNDERS_PASSWORD = "a kettle sings at dawn"


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a page of the site as a new visitor; at the end nothing may have gone wrong in any of them.

    Wrong is: an error on the console, a refused script or style, a request that leaves the site.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:")):
            faults.append(request.url)

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", note_error)
        page.on("request", note_foreign)

    def open_page(
        path: str = "/", *, javascript: bool = True, width: int = 1280, **options: Any
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 844},
            **options,
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = ("422", "403", "409", "404", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    assert [fault for fault in faults if not any(code in fault for code in expected)] == []


@pytest.fixture
def founded(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    """A site that its first person has just set up by the command."""
    monkeypatch.setenv("FIRST_PASSWORD", FOUNDERS_PASSWORD)
    answers = {"name": "Edda Marsh", "email": "edda@marsh.example", "username": "edda"}
    answers |= {
        "site_name": "Marsh & Daughters",
        "byline": "Edda Marsh",
        "time_zone": "Europe/London",
    }
    answers |= {"sender_email": "letters@marsh.example", "password_env": "FIRST_PASSWORD"}
    call_command("setup", **answers, verbosity=0)


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in to the newsroom on a page that shows the form."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").or_(
        page.get_by_role("button", name="Log in")
    ).click()
