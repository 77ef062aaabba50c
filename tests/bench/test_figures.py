"""What the benchmarks make of their rounds: medians, spreads, ratios, and numbers that are short."""

from __future__ import annotations

import pytest

from bench.load.figures import Load, Round, Spread, ratios, short


def test_round_divides_the_processor_by_the_requests():
    found = Round.of(Load(requests=200, seconds=4.0, p50=1.5, p99=9.0), used_ms=50)
    assert found == Round(cpu=0.25, p50=1.5, p99=9.0, rate=50.0)


def test_spread_is_the_median_and_the_middle_half():
    assert Spread.of([5, 1, 3, 2, 4]) == Spread(median=3, low=2, high=4)


def test_one_outlier_moves_nothing():
    assert Spread.of([1, 1, 1, 1, 1000]) == Spread(1, 1, 1)


@pytest.mark.parametrize(("figures", "expected"), [([7], (7, 7, 7)), ([1, 3], (2, 1, 3))])
def test_spread_of_one_or_two_is_their_ends(figures, expected):
    assert Spread.of(figures) == Spread(*expected)


def test_ratio_is_taken_within_a_round():
    """A machine that is twice as slow for one round is so for both."""
    reference = [Round(cpu, 1, 1, 1) for cpu in (1.0, 2.0, 4.0)]
    mine = [Round(cpu, 1, 1, 1) for cpu in (1.5, 3.0, 6.0)]
    assert ratios(mine, reference) == Spread(1.5, 1.5, 1.5)


def test_rounds_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="zip"):
        ratios([Round(1, 1, 1, 1)], [])


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        *[(0, "0"), (0.01674, "0.0167"), (0.5, "0.500"), (0.99999, "1.00"), (1.5, "1.50")],
        *[(9.996, "10.0"), (236.7, "237"), (51_612_345, "51,600,000"), (0.0001, "0.000100")],
    ],
)
def test_number_has_three_digits_that_count(number, expected):
    assert short(number) == expected


def test_spread_is_told_with_its_ends():
    assert Spread(0.0167, 0.016, 0.0195).told() == "0.0167 (0.0160–0.0195)"
    assert Spread(1.25, 1.2, 1.31).told(2) == "1.2 (1.2–1.3)"
