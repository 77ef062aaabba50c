"""The blocklist: what each rule catches, and that what it catches is evidence and never lost."""

from __future__ import annotations

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.refusal import Refused
from comments import blocklist
from comments.blocklist import Heard, caught, folded, normalised
from comments.models import Block, Comment
from comments.moderation import block, change_block, unblock
from comments.spam import Verdict, verdict_for
from comments.spam.checks import blocklist as check
from comments.spam.evidence import Evidence
from comments.spam.facts import Blocked, History
from ledger.models import Entry
from tests.comments.conftest import OWN, THOUGHT


@dataclass
class Rule:
    """A rule without a row."""

    kind: str
    value: str
    effect: str = "hold"
    pk: int = 1


def catches(kind: str, value: str, **heard: str) -> bool:
    """Whether a rule, as it would be kept, catches what was heard and could finish."""
    found = list(caught([Rule(kind, normalised(kind, value))], Heard(**heard)))
    return bool(found) and found[0].is_finished


# Through the front door.


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "value", "changes", "reason"),
    [
        ("address", "Mara@Example.org", {"email": "mara@EXAMPLE.org"}, "e-mail address is on"),
        ("domain", "example.org", {"email": "mara@mail.example.org"}, "“example.org”"),
        ("domain", "casino.example", {"url": "https://www.casino.example/x"}, "“casino.example”"),
        ("domain", "mill.example", {"body": "See [this](https://a.mill.example) on floods"}, "leads"),
        ("network", "192.0.2.0/24", {}, "from a network"),
        ("network", "192.0.2.7", {}, "from a network"),
        ("word", "Fräulein Müller", {"body": "So said FRAULEIN  mu\u0308ller."}, "“fraulein muller”"),
        ("pattern", "blue.{0,9}pumps", {"body": "Blue old pumps"}, "pattern “blue.{0,9}pumps”"),
        ("pattern", "^mara", {}, "pattern “^mara”"),
    ],
)  # fmt: skip
def test_each_kind_holds_what_it_catches_and_says_so(send, moderator, kind, value, changes, reason):
    rule = block(kind, value, by=moderator)
    headers = OWN | {"REMOTE_ADDR": "192.0.2.7"}
    assert send(headers=headers, **changes).status_code == 303
    comment = Comment.objects.get()
    assert comment.state == "pending"
    (found,) = [one for one in comment.evidence if one["check"] == "blocklist"]
    assert reason in found["reason"]
    assert (found["weight"] > 0, found["holds"]) == (True, True)
    rule.refresh_from_db()
    assert rule.hits == 1
    assert rule.last_hit_at is not None


@pytest.mark.django_db
def test_rule_that_says_spam_is_enough_by_itself_and_nothing_is_dropped(send, moderator, client):
    block("word", "river", effect="spam", by=moderator)
    response = send()
    assert response.status_code == 303
    comment = Comment.objects.get()
    assert (comment.state, comment.body, comment.decided_at) == ("spam", THOUGHT, None)
    assert "Waiting for a person" in client.get(response["Location"]).content.decode()


@pytest.mark.django_db
def test_second_click_counts_no_second_hit(send, moderator):
    rule = block("word", "river", by=moderator)
    send()
    send()
    rule.refresh_from_db()
    assert rule.hits == 1


@pytest.mark.django_db
def test_comment_that_is_not_stored_counts_no_hit(send, moderator, monkeypatch):
    rule = block("word", "river", by=moderator)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("comments.moderation.submitting.record", broken)
    assert send().status_code == 500
    rule.refresh_from_db()
    assert rule.hits == 0


@pytest.mark.django_db
def test_rule_ends_when_it_should(send, moderator):
    rule = block("word", "river", by=moderator, until=timezone.now() + timedelta(hours=1))
    Block.objects.filter(pk=rule.pk).update(expires_at=timezone.now())
    send()
    assert all(one["check"] != "blocklist" for one in Comment.objects.get().evidence)


@pytest.mark.django_db
def test_pattern_that_takes_too_long_holds_and_stops_no_other(send, moderator):
    Block.objects.create(kind="pattern", value="(a|aa)+$")
    slow = Block.objects.get()
    after = block("pattern", "river", by=moderator)
    send(body="a" * 60 + "! The river")
    comment = Comment.objects.get()
    assert comment.state == "pending"
    reasons = [one["reason"] for one in comment.evidence if one["check"] == "blocklist"]
    assert any("could not finish, so a person should look" in reason for reason in reasons)
    assert any("“river”" in reason for reason in reasons)
    slow.refresh_from_db()
    after.refresh_from_db()
    assert (slow.hits, after.hits) == (0, 1)


@pytest.mark.django_db
def test_many_slow_patterns_take_bounded_time_and_words_still_count(send, moderator):
    for number in range(40):
        Block.objects.create(kind="pattern", value=f"(a|aa)+${number}|(a|aa)+$")
    block("word", "river", by=moderator)
    began = timezone.now()
    send(body="a" * 60 + "! The river")
    assert timezone.now() - began < timedelta(seconds=8)
    evidence = [one for one in Comment.objects.get().evidence if one["check"] == "blocklist"]
    assert len(evidence) == 41


@pytest.mark.django_db
def test_rules_in_force_cost_one_query(send, moderator):
    block("word", "casino", by=moderator)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        send()
    about = [one["sql"] for one in captured if '"comments_block"' in one["sql"]]
    assert len(about) == 1


@pytest.mark.django_db
def test_ip_address_is_neither_stored_nor_recorded(send, moderator, caplog):
    block("network", "203.0.113.0/24", by=moderator)
    send(headers=OWN | {"REMOTE_ADDR": "203.0.113.77"})
    comment = Comment.objects.values().get()
    assert "203.0.113" not in str(comment)
    assert "203.0.113" not in str(list(Entry.objects.values()))
    assert "203.0.113" not in caplog.text
    assert "mara@" not in str(comment["evidence"])


# Who may, and what the record says.


@pytest.mark.django_db
def test_rules_are_on_the_record_without_their_values(moderator):
    rule = block("address", "mara@example.org", by=moderator, note="Threats")
    change_block(
        rule,
        kind="address",
        value="mara@example.net",
        effect="spam",
        note="",
        until=None,
        by=moderator,
    )
    unblock(rule, by=moderator)
    unblock(rule, by=moderator)
    entries = Entry.objects.filter(subject=f"comments.block:{rule.pk}").order_by("sequence")
    assert [entry.verb for entry in entries] == ["block_add", "block_change", "block_remove"]
    assert len({entry.facts["value"] for entry in entries}) == 2
    assert "example" not in str([entry.facts for entry in entries])


@pytest.mark.django_db
def test_who_may_not_decide_may_not_block(writer, moderator):
    with pytest.raises(Refused):
        block("word", "casino", by=writer)
    rule = block("word", "casino", by=moderator)
    with pytest.raises(Refused):
        unblock(rule, by=writer)
    with pytest.raises(Refused, match="on the list already"):
        block("word", "CASINO!", by=moderator)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", "mara"),
        ("domain", "not a domain"),
        ("domain", "https://"),
        ("network", "192.0.2.0/33"),
        ("network", "0.0.0.0/0"),
        ("network", "::/0"),
        ("network", "example.org"),
        ("word", "!!!"),
        ("word", " "),
        ("word", "a\0b"),
        ("pattern", "(a+)+$"),
        ("nonsense", "x"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(kind, value):
    with pytest.raises(ValueError, match=r"\w+.*\.$"):
        normalised(kind, value)


# What catches what.


@pytest.mark.parametrize(
    ("value", "heard", "is_caught"),
    [
        ("example.org", {"email": "a@example.org"}, True),
        ("example.org", {"email": "a@sub.example.org"}, True),
        ("example.org", {"email": "a@notexample.org"}, False),
        ("example.org", {"email": "example.org@elsewhere.example"}, False),
        ("*.example.org", {"url": "http://example.org:8080/"}, True),
        ("https://www.example.org/path", {"url": "https://example.org"}, True),
        ("bücher.example", {"html": '<a href="https://xn--bcher-kva.example/">x</a>'}, True),
        ("xn--bcher-kva.example", {"url": "https://BÜCHER.example"}, True),
        ("example.org", {"html": '<a href="mailto:a@example.org?subject=x">x</a>'}, True),
        ("example.org", {"body": "look at www.example.org/x"}, True),
        ("org.example", {"url": "https://example.org"}, False),
        ("example.org", {"html": '<a href="https://example.org@evil.example/">x</a>'}, False),
    ],
)
def test_domain_catches_itself_and_what_is_below(value, heard, is_caught):
    assert catches("domain", value, **heard) is is_caught


@pytest.mark.parametrize(
    ("value", "address", "is_caught"),
    [
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.1/24", "192.0.2.77", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.0/120", "192.0.2.9", True),
        ("2001:db8::/32", "2001:db8:1::1", True),
        ("2001:db8::/32", "192.0.2.1", False),
        ("2001:DB8::1", "2001:db8:0::1", True),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "nonsense", False),
    ],
)
def test_network_catches_what_is_in_it(value, address, is_caught):
    assert catches("network", value, address=address) is is_caught


@pytest.mark.parametrize(
    ("value", "text", "is_caught"),
    [
        ("casino", "The Casino.", True),
        ("casino", "occasinonal casinos", False),
        ("casino", "ＣＡＳＩＮＯ", True),
        ("casino", "ca\u00adsi\u200bno", True),
        ("straße", "In der STRASSE", True),
        ("cafe", "Café", True),
        ("best price", "the best, price", True),
        ("best price", "the best low price", False),
        ("赌场", "最好的赌场在这里", True),
        ("赌场", "赌博现场", False),
        ("игра", "ИГРА!", True),
    ],
)
def test_words_are_whole_and_folded(value, text, is_caught):
    assert catches("word", value, body=text) is is_caught
    assert catches("word", value, name=text) is is_caught


def test_word_that_is_cut_up_by_marks_is_read_as_it_is_shown():
    assert catches("word", "casino", body="cas**i**no", shown="casino")


def test_rule_of_a_kind_nobody_knows_holds():
    (found,) = caught([Rule("later", "x")], Heard())
    assert not found.is_finished


# Laws.

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], min_codepoint=1), max_size=40)


@settings(deadline=None)
@given(TEXTS)
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


@settings(deadline=None)
@given(TEXTS)
def test_spelling_of_marks_does_not_matter(text):
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@settings(deadline=None)
@given(st.sampled_from(["address", "domain", "network", "word"]), TEXTS)
def test_normalising_twice_is_normalising_once(kind, value):
    try:
        once = normalised(kind, value)
    except ValueError:
        return
    assert normalised(kind, once) == once


@settings(deadline=None)
@given(TEXTS.filter(folded), TEXTS, TEXTS)
def test_words_between_signs_are_always_caught(value, before, after):
    assert catches("word", value, body=f"{before} ! {value} ! {after}")


@settings(deadline=None)
@given(st.ip_addresses(), st.integers(8, 32))
def test_address_is_in_the_network_around_it(address, prefix):
    network = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    if network.prefixlen < {4: 8, 6: 16}[network.version]:
        return
    # An IPv4 address in the clothes of IPv6 is one of IPv4, and in the networks of IPv4.
    if network.version == 6 and address.ipv4_mapped:
        return
    assert catches("network", str(network), address=str(address))


# The check and the policy.


def test_rules_that_hold_weigh_less_the_more_there_are():
    blocked = tuple(Blocked(number, "word", f"w{number}") for number in range(3))
    found = list(check.check(None, History(blocked=blocked)))
    assert [one.weight for one in found] == [1.0, 0.3, 0.3]
    assert verdict_for(0.5, found) is Verdict.HOLD


def test_only_a_rule_of_a_person_decides_alone():
    alone = [Evidence("blocklist", 6.0, "x", holds=True, decides=True)]
    assert verdict_for(0.5, alone) is Verdict.SPAM
    assert verdict_for(0.5, alone, failed=["words"]) is Verdict.SPAM
    assert verdict_for(0.99, [Evidence("words", 6.0, "x")]) is Verdict.HOLD
    stored = alone[0].as_dict()
    assert Evidence.from_dict(stored) == alone[0]


def test_reasons_name_no_address_and_no_network():
    blocked = (Blocked(1, "address", "mara@example.org"), Blocked(2, "network", "192.0.2.0/24"))
    found = list(check.check(None, History(blocked=blocked)))
    assert not any("mara" in one.reason or "192" in one.reason for one in found)
    assert blocklist.COMMENT_SECONDS <= 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [("domain", "The domain “x”"), ("word", "The words “x”"), ("pattern", "The pattern “x”")],
)
def test_line_that_could_not_finish_is_called_what_it_is(kind, said):
    blocked = Blocked(1, kind, "x", is_finished=False)
    (found,) = check.check(submission=None, history=History(blocked=(blocked,)))
    assert found.reason.startswith(f"{said} of the blocklist could not")
