"""What every test stands on: quick settings, a database of its own, threads that clean up."""

from __future__ import annotations

import gc
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.core.signals import request_finished, request_started
from django.db import connection, connections, transaction
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from blog import roles
from ledger import guards
from tests.cast import make_ceo, make_user
from tests.signed_mail import keys, receive, sign, zone  # noqa: F401 - fixtures, for all tests of mail

# A law holds on a slow machine as well: how long an example takes is no part of it.
hypothesis_settings.register_profile(
    "law", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("law")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's file out of the project, and give each thread a connection of PostgreSQL."""
    database = django_settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        options = database["OPTIONS"]
        options["init_command"] += _FASTER_THAN_SAFE
    else:
        database["OPTIONS"]["pool"]["max_size"] = 60


_FASTER_THAN_SAFE = " PRAGMA synchronous=OFF;"
"""What is written need not outlive the machine; processes that tests start have their own settings."""


@pytest.fixture(scope="session", autouse=True)
def _flush_what_tests_write() -> Iterator[None]:
    """Empty the tables after a `transaction=True` test: guards would refuse it, so they step aside.

    Roles and permissions stay. Django would empty them as well and make them anew for each test,
    which takes longer than most of the tests.
    """
    # Django promises nothing about this method; there is no other place before its flush.
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", _flush):
        yield


def _flush(case: TransactionTestCase) -> None:
    _wait_for_answers()
    tables = set(connection.introspection.django_table_names(only_existing=True)) - _STAY
    guards.drop()
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), sorted(tables)))
    guards.install()


# Threads of the test server that are answering a browser.
_answering: set[threading.Thread] = set()


def _begun(**_: object) -> None:
    _answering.add(threading.current_thread())


def _ended(**_: object) -> None:
    _answering.discard(threading.current_thread())


request_started.connect(_begun)
request_finished.connect(_ended)


def _wait_for_answers(seconds: float = 10) -> None:
    """Let the last requests of a browser end, which would else read and write the next test's rows."""
    end = time.monotonic() + seconds
    for thread in _answering - {threading.main_thread()}:
        while thread in _answering and thread.is_alive() and time.monotonic() < end:
            time.sleep(0.005)
    _answering.clear()


_STAY = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}


@pytest.fixture(scope="session", autouse=True)
def _quick_settings() -> Iterator[None]:
    """Skip what only production needs.

    Once for all tests: a browser's last request may still be answered while the next test begins,
    and a storage that is set anew in that moment can be the wrong one for the whole test.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES=django_settings.STORAGES | {"staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _tidy_settings(settings: Any, tmp_path: Any) -> None:
    """Keep files that tests make in a place of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


@pytest.fixture(scope="module")
def one_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keep what the fixtures of a module write until its last test, then roll it back.

    Each test begins and ends on the same rows, by a savepoint. Not for tests with `transaction=True`,
    nor for rows that have files: those are kept for one test.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def database() -> str:
    """The kind of database under test: `sqlite` or `postgresql`."""
    return connection.vendor


@pytest.fixture
def database_url() -> str:
    """The DATABASE_URL of the test database, for a process of its own (`transaction=True`)."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


class RunTogether(Protocol):
    """Call `fn(number)` in `count` threads at once and return what each returned or raised."""

    def __call__(
        self, count: int, fn: Callable[[int], Any], *, reraise: bool = False
    ) -> list[Any]: ...


@pytest.fixture
def run_together() -> RunTogether:
    """Start threads behind one barrier; each gets its number from 0 and closes its connections.

    With `reraise=True` the first exception is raised instead of returned in its place. The test
    needs `django_db(transaction=True)`, else the threads see nothing of what it wrote.
    """
    return _run_together


def _run_together(count: int, fn: Callable[[int], Any], *, reraise: bool = False) -> list[Any]:
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def work(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[number] = fn(number)
        except BaseException as error:  # noqa: BLE001 - handed to the test, whatever it is
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if reraise:
        for error in results:
            if isinstance(error, BaseException):
                raise error
    return results


_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once. Without one these tests fail, unless NO_BROWSER=1 skips them."""
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        if os.environ.get("NO_BROWSER") == "1":
            pytest.skip("no Chromium here, and NO_BROWSER=1")
        pytest.fail(
            "Chromium is needed for these tests: install it, or set NO_BROWSER=1 to skip them."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def ceo(db: None) -> User:
    """Dana Whitfield, chief executive, who signs what is published under her name."""
    return make_ceo()


@pytest.fixture
def writer(db: None) -> User:
    """Sam Ortiz, who drafts for her."""
    return make_user("Sam Ortiz", roles.WRITER)


@pytest.fixture
def counsel(db: None) -> User:
    """Ruth Amari, who clears what goes out."""
    return make_user("Ruth Amari", roles.COUNSEL)


@pytest.fixture
def moderator(db: None) -> User:
    """Mo Lindqvist, who decides about comments."""
    return make_user("Mo Lindqvist", roles.MODERATOR)


@pytest.fixture
def auditor(db: None) -> User:
    """Ada Brandt, who reads the record."""
    return make_user("Ada Brandt", roles.AUDITOR)


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what the tests make, not at the tests and all they import.

    Those are some 450,000 objects that stay until the end; walking them again and again took an eighth
    of the processor time.
    """
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to SQLite's run what no other database changes: it would only be the same once more."""
    if connection.vendor == "sqlite":
        return
    kept = [item for item in items if _uses_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _uses_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(_DATABASES)


_DATABASES = {"db", "transactional_db", "django_db_setup", "live_server", "database"}
