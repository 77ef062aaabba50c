"""What the tests need in the environment before Django reads its settings (a pytest plugin)."""

from __future__ import annotations

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 32)
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["DEBUG"] = "off"
# Only the tests of it count reads, each with a folder of its own for the key of the day.
os.environ["COUNT_READS"] = "off"
# Only the tests of it keep pages, each in a folder of its own.
os.environ["PAGE_STORE"] = "off"
# Playwright keeps an event loop in the main thread, beside which the tests use the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
