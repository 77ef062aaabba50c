"""Slowing floods down: by network and by address, and nobody is locked out by a stranger."""

from __future__ import annotations

import ipaddress

import pytest
import time_machine

from comments.models import Comment, Throttle
from comments.throttle import LIMITS, forget, seconds_to_wait
from tests.comments.conftest import OWN
from tests.comments.test_submitting import kept_text

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000
MARA = "mara@example.org"


def allowed(count: int, network: str, email: str = "", **more: str) -> int:
    """How many of so many attempts in one second are let through."""
    return sum(not seconds_to_wait(network, email, now=NOW, **more) for _ in range(count))


def test_network_is_counted_without_an_address():
    assert allowed(30, "a") == 20
    assert allowed(30, "b") == 20


def test_address_is_counted_over_all_networks():
    assert (
        sum(allowed(6, f"network {number}", MARA) for number in range(5)) == LIMITS["comment"].email
    )


def test_one_network_alone_cannot_use_an_address_up():
    assert allowed(20, "a guesser", MARA) == 6
    assert seconds_to_wait("her own", MARA, now=NOW) == 0


def test_address_in_other_letters_is_the_same_one():
    assert allowed(5, "a", "Mara@Example.org") + allowed(5, "a", MARA) == 6


def test_who_leaves_the_address_out_goes_on():
    for number in range(5):
        allowed(10, f"network {number}", MARA)
    assert seconds_to_wait("her own", MARA, now=NOW) > 0
    assert seconds_to_wait("her own", now=NOW) == 0


def test_wait_never_lasts_longer_than_a_minute():
    for second in range(0, 600, 5):
        for number in range(4):
            seconds_to_wait(f"network {number}", MARA, now=NOW + second)
        assert seconds_to_wait("her own", MARA, now=NOW + second) <= 61


def test_each_purpose_has_limits_of_its_own():
    assert allowed(30, "a", what="report") == 10
    assert allowed(30, "a", what="comment") == 20
    with pytest.raises(KeyError):
        seconds_to_wait("a", what="nonsense")


def test_table_holds_no_address():
    seconds_to_wait("a", MARA, now=NOW)
    keys = list(Throttle.objects.values_list("key", flat=True))
    assert len(keys) == 3
    assert "mara" not in str(keys)
    assert forget(NOW + 120) == 3
    assert not Throttle.objects.exists()


def test_flood_with_one_address_is_told_so_and_the_words_stay(send):
    with time_machine.travel(NOW, tick=False):
        answers = [send(body=f"Thought number {number}", email=MARA) for number in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61
    assert kept_text(answers[-1]) == "Thought number 6"
    assert "or leave the address empty" in answers[-1].content.decode()


def test_proxy_of_ours_names_the_reader_and_a_stranger_cannot(send, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    with time_machine.travel(NOW, tick=False):
        for number in range(21):
            forwarded = {"HTTP_X_FORWARDED_FOR": f"203.0.{number}.1"}
            assert (
                send(
                    body=f"{number}!", headers=OWN | {"REMOTE_ADDR": "10.0.0.1"} | forwarded
                ).status_code
                == 303
            )
        codes = [
            send(
                body=f"{number}?",
                headers=OWN
                | {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": f"203.0.{number}.1"},
            ).status_code
            for number in range(21)
        ]
    assert codes[-1] == 429
    assert len(set(Comment.objects.values_list("network", flat=True))) == 22


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_are_each_counted(run_together):
    waits = run_together(30, lambda _: seconds_to_wait("a", MARA, now=NOW), reraise=True)
    assert waits.count(0) == 6
