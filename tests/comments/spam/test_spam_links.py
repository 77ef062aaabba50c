"""The links check, and finding links and hosts in any text."""

from __future__ import annotations

from typing import Any

import pytest

from comments.spam import History
from comments.spam.addresses import Link, find_links, host_of, registered
from comments.spam.checks import links


def reasons(submission: Any) -> dict[str, float]:
    return {e.reason: e.weight for e in links.check(submission, History.empty())}


def weight(submission: Any) -> float:
    return sum(reasons(submission).values())


@pytest.mark.parametrize(
    ("text", "target", "label", "form"),
    [
        ("see https://a.example/x?y=1, ok", "https://a.example/x?y=1,", "", "plain"),
        ("see www.shop.museum today", "www.shop.museum", "", "plain"),
        ("go to lucky-reels.xyz/win now", "lucky-reels.xyz/win", "", "plain"),
        ("[the report](https://a.example/r)", "https://a.example/r", "the report", "markdown"),
        ('<a rel="x" href="http://a.example">b</a>', "http://a.example", "b", "html"),
        ("<a href=http://a.example>b</a>", "http://a.example", "b", "html"),
        ("[url=http://a.example]b[/url]", "http://a.example", "b", "bbcode"),
        ("[URL]http://a.example[/URL]", "http://a.example", "", "bbcode"),
        ("[link=http://a.example]b[/link]", "http://a.example", "b", "bbcode"),
    ],
)
def test_each_way_of_writing_a_link_is_found(text: str, target: str, label: str, form: str) -> None:
    (link,) = find_links(text)
    assert (link.target, link.label, link.form) == (target, label, form)


@pytest.mark.parametrize(
    "text",
    ["write to ann@shop.example.com", "e.g. this", "the end.Then", "Node.js", "3.5", "a...b"],
)
def test_what_only_resembles_a_link_is_none(text: str) -> None:
    assert list(find_links(text)) == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.A.example:8000/x", "a.example"),
        ("//user:pw@b.example", "b.example"),
        ("c.example/x", "c.example"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_the_host_is_read_from_any_address(url: str, host: str) -> None:
    assert host_of(url) == host


def test_the_registered_name_ignores_subdomains() -> None:
    assert registered("a.b.example.com") == "example.com"
    assert registered("shop.firm.co.uk") == "firm.co.uk"


def test_a_text_without_links_says_nothing(submission: Any) -> None:
    assert reasons(submission(text="No link at all.")) == {}


def test_more_links_weigh_more(submission: Any) -> None:
    said = "Here is what I found about the failover in these places: "
    weights = [weight(submission(text=said + "https://a.example " * n)) for n in (1, 2, 3, 5, 9)]
    assert weights == sorted(set(weights))


def test_a_bare_link_with_hardly_a_word_is_named(submission: Any) -> None:
    found = reasons(submission(text="nice http://a.example"))
    assert "Hardly anything is said beside the link: “nice”." in found


def test_a_sentence_in_chinese_beside_a_link_is_not_a_bare_link(submission: Any) -> None:
    found = reasons(submission(text="这里是附录的完整数据 https://a.example"))
    assert not any("Hardly anything" in reason for reason in found)


def test_a_short_address_is_named(submission: Any) -> None:
    found = reasons(submission(text="The slides of that talk are at https://bit.ly/3x for all"))
    assert "A short address hides where it leads: “bit.ly”." in found


def test_a_label_that_shows_another_address_is_named(submission: Any) -> None:
    text = '<a href="https://paypal.com.evil.example">https://www.paypal.com</a>'
    found = reasons(submission(text=text))
    assert any("shows one address and leads to another" in reason for reason in found)


@pytest.mark.parametrize(
    "label", ["the annex", "https://docs.a.example/x", "a.example...", "a.ex…"]
)
def test_an_honest_label_is_not_misleading(label: str) -> None:
    assert not Link("https://a.example/x", label, "markdown", (0, 1)).is_misleading


def test_forum_code_is_named(submission: Any) -> None:
    found = reasons(submission(text="[url=http://a.example]watches[/url] are here for all of you"))
    assert "A link in forum code, unknown here, to “a.example”." in found


def test_a_link_in_the_name_is_named(submission: Any) -> None:
    found = reasons(submission(name="best-pills.com"))
    assert "A link stands in the name: “best-pills.com”." in found


def test_a_filled_link_field_alone_is_far_from_holding(submission: Any) -> None:
    assert weight(submission(url="https://garethpugh.example")) < 0.5


@pytest.mark.parametrize(
    "target",
    ["https://paypal.com@evil.example/x", "http://www.bank.com:80@10.0.0.9/", "//a.de@b.example"],
)
def test_another_address_before_the_host_is_misleading(target: str) -> None:
    assert Link(target, "", "plain", (0, 1)).is_misleading


@pytest.mark.parametrize(
    "target", ["https://mastodon.social/@ann.dev", "https://ann@host.example/x@y.com"]
)
def test_a_user_or_a_path_with_an_at_is_not_misleading(target: str) -> None:
    assert not Link(target, "", "plain", (0, 1)).is_misleading


def test_a_label_that_sells_is_named(submission: Any) -> None:
    text = '<a href="http://a.example">Cheap slots</a> is what my cousin plays after work'
    assert reasons(submission(text=text))["The words of a link sell: “cheap”, “slots”."] == 1.4


def test_a_label_that_tells_what_is_there_is_fine(submission: Any) -> None:
    text = "The figures are in [the annual report](https://a.example/r) on page nine"
    assert not any("sell" in reason for reason in reasons(submission(text=text)))
