"""The domain of an e-mail address: thrown away, full of digits, of a seller, with a rare ending."""

from __future__ import annotations

from typing import Any

import pytest

from comments.spam import History, Verdict, assess
from comments.spam.checks import address
from comments.spam.lexicon import vocabulary


def found(submission: Any) -> dict[str, float]:
    return {one.reason: one.weight for one in address.check(submission, History.empty())}


@pytest.mark.parametrize(
    "domain",
    [
        *("mailinator.com", "YOPMAIL.com", "box7.mailinator.com", "temp-mail.io", "tempmail24.net"),
        *("10minutemail.co.uk", "trash-mail.at", "throwawaymail.example", "tmpinbox.example"),
    ],
)
def test_address_that_is_thrown_away_is_named(submission: Any, domain: str) -> None:
    found_here = found(submission(email_domain=domain))
    name = domain.lower()
    reason = f"The e-mail address is of a kind that is thrown away: “{name}”."
    assert found_here == {reason: 1.6}


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "",
            "gmail.com",
            "qq.com",
            "163.com",
            "vip.163.com",
            "1and1.com",
            "example.org",
            "uol.com.br",
        ),
        *(
            "gmx.de",
            "proton.me",
            "mail.ru",
            "temple.edu",
            "templeton-mail.example",
            "o2.pl",
            "w3.org",
        ),
        *("студия.рф", "例え.jp", "not a domain", ".", "..", "..com"),
    ],
)
def test_address_of_ordinary_people_says_nothing(submission: Any, domain: str) -> None:
    assert found(submission(email_domain=domain)) == {}


def test_domain_full_of_digits_is_named(submission: Any) -> None:
    assert found(submission(email_domain="mx.b8832-47.example")) == {
        "The domain of the e-mail address is full of digits: “mx.b8832-47.example”.": 0.5
    }


def test_ending_that_people_hardly_use_is_named_in_address_and_link(submission: Any) -> None:
    mine = submission(email_domain="lowell.top", url="https://www.quick-money.loan/now")
    reason = "An ending that people hardly use: “lowell.top”, “quick-money.loan”."
    assert found(mine) == {reason: 1.0}


@pytest.mark.parametrize(
    "host", ["bestcasino.example", "www.pay-day-loans.example", "roofing7.example"]
)
def test_seller_who_writes_from_the_shop_is_named(submission: Any, host: str) -> None:
    domain = host.removeprefix("www.")
    (reason,) = found(submission(email_domain=f"mail.{domain}", url=f"https://{host}/x"))
    assert reason.startswith("The e-mail address and the link are of one place that sells")


@pytest.mark.parametrize("host", ["garethpugh.example", "presenter.example", "seoul.example"])
def test_reader_with_a_domain_of_her_own_is_none(submission: Any, host: str) -> None:
    assert found(submission(email_domain=host, url=f"https://{host}/")) == {}


def test_shop_that_writes_from_elsewhere_is_none(submission: Any) -> None:
    mine = submission(email_domain="gmail.com", url="https://bestcasino.example")
    assert found(mine) == {}


def test_address_alone_never_makes_spam(submission: Any) -> None:
    judged = assess(
        submission(email_domain="tempmail-casino.top", url="https://tempmail-casino.top"),
        History.empty(),
    )
    assert judged.verdict is not Verdict.SPAM


def test_longest_address_is_read_in_part(submission: Any) -> None:
    assert found(submission(email_domain="9" * 100_000)) != {}
    assert found(submission(email_domain="." * 100_000)) == {}


def test_lists_hold_what_they_promise() -> None:
    assert 35 <= len(vocabulary("disposable_domains")) <= 60
    assert all("." not in ending for ending in vocabulary("rare_endings"))
    assert vocabulary("rare_endings").isdisjoint({"com", "org", "net", "xyz", "info", "biz", "tk"})
