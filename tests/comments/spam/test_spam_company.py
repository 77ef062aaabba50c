"""The same link under several names, one name with several links, many names in one network."""

from __future__ import annotations

from typing import Any

import pytest

from comments.spam import Company, History, Verdict, assess
from comments.spam.checks import company


def found(submission: Any, **kept: int) -> list[tuple[float, str]]:
    known = History(company=Company(**kept))
    return [(one.weight, one.reason) for one in company.check(submission, known)]


def test_link_under_several_names_is_told_with_their_number(submission: Any) -> None:
    mine = submission(url="https://www.radios.example/best")
    assert found(mine, names_of_host=4) == [
        (1.8, "In the last 30 days “radios.example” was linked under 4 other names, too.")
    ]


def test_link_under_one_other_name_weighs_less(submission: Any) -> None:
    mine = submission(url="https://radios.example")
    ((one, reason),) = found(mine, names_of_host=1)
    assert reason == "In the last 30 days “radios.example” was linked under another name, too."
    assert 0 < one < found(mine, names_of_host=3)[0][0]


def test_name_with_other_links_is_told(submission: Any) -> None:
    mine = submission(name="Ann Lee", url="https://radios.example")
    assert found(mine, links_of_name=2) == [
        (1.0, "In the last 30 days the name “Ann Lee” came with 2 other links, too.")
    ]


def test_many_names_in_one_network_are_a_weak_sign(submission: Any) -> None:
    ((weight, reason),) = found(submission(), names_of_network=7)
    assert weight < 0.5
    assert reason == "In the last 30 days 7 other names wrote from the same network."


def test_few_colleagues_in_one_network_are_none(submission: Any) -> None:
    assert found(submission(), names_of_network=4) == []


@pytest.mark.parametrize("host", ["github.com/ann", "www.linkedin.com/in/ann", "de.linkedin.com/x"])
def test_people_with_pages_at_the_same_house_are_no_accomplices(submission: Any, host: str) -> None:
    assert found(submission(url=f"https://{host}"), names_of_host=9) == []


def test_without_a_link_nobody_shares_one(submission: Any) -> None:
    assert found(submission(), names_of_host=9, links_of_name=9) == []


def test_company_alone_is_never_spam(submission: Any) -> None:
    kept = Company(names_of_host=90, links_of_name=90, names_of_network=90)
    judged = assess(submission(url="https://radios.example"), History(company=kept))
    assert judged.verdict is not Verdict.SPAM
