"""What the form tells: time, stamp, trap, origin, and remains of a template."""

from __future__ import annotations

from typing import Any

import pytest

from comments.spam import Evidence, History, Verdict, assess
from comments.spam.checks import origin, templates, timing, trap


def findings(check: Any, submission: Any) -> list[Evidence]:
    return list(check(submission, History.empty()))


def test_an_ordinary_form_says_nothing(submission: Any) -> None:
    for check in (timing.check, trap.check, origin.check, templates.check):
        assert findings(check, submission(elapsed_ms=40_000)) == []


@pytest.mark.parametrize("elapsed_ms", [-5, 0, 300, 1_999])
def test_a_form_sent_at_once_is_held(submission: Any, elapsed_ms: int) -> None:
    sent = submission(elapsed_ms=elapsed_ms, text="Zebras are striped.")
    (found,) = findings(timing.check, sent)
    assert "seconds after the form was opened" in found.reason
    assert assess(sent, History.empty()).verdict is Verdict.HOLD


def test_more_than_anybody_types_in_that_time_is_a_sign(submission: Any) -> None:
    (found,) = findings(timing.check, submission(elapsed_ms=5_000, text="word " * 100))
    assert found.reason == "500 characters in 5 seconds: pasted, not typed."


def test_an_unstamped_time_is_no_evidence(submission: Any) -> None:
    assert findings(timing.check, submission(elapsed_ms=None)) == []


@pytest.mark.parametrize(
    "form",
    [
        {"stamp_state": "missing"},
        {"stamp_state": "expired"},
        {"is_trap_filled": True},
        {"origin_known": False},
    ],
    ids=str,
)
def test_a_form_that_did_not_come_as_it_should_waits_for_a_person(
    submission: Any, form: dict[str, Any]
) -> None:
    found = assess(submission(**form), History.empty())
    assert found.verdict is Verdict.HOLD
    assert sum(e.holds for e in found.evidence) == 1


def test_a_filled_trap_alone_is_not_called_spam(submission: Any) -> None:
    sent = submission(is_trap_filled=True, text="x")
    assert assess(sent, History.empty()).verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{Not only that|Not just}, but it helps", "{Not only that|Not just}"),
        ("{I|We} {love|like} it", "{I|We}"),
        ("Hello %name%, nice", "%name%"),
        ("Dear {{first_name}}, nice", "{{first_name}}"),
        ("Hi [NAME], nice", "[NAME]"),
        ("see [url=http://a.example]x[/url]", "[url="),
    ],
)
def test_remains_of_a_template_are_named(submission: Any, text: str, named: str) -> None:
    (found,) = findings(templates.check, submission(text=text))
    assert f"“{named}”" in found.reason


@pytest.mark.parametrize(
    "text",
    ["", "{{ page.title | upper }}", "if (a || b) { return c | d; }", "`{a|b}`", "100 %", "{a}",
     "[1] and [a](b)", "x = {1: 'a' | 'b'}", "a|b|c", "{% if a %}{{ a|safe }}{% endif %}"],
)  # fmt: skip
def test_pieces_of_code_are_not_a_template(submission: Any, text: str) -> None:
    assert findings(templates.check, submission(text=text)) == []
