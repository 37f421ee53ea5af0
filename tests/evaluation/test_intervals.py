"""Confidence intervals, against figures from the literature and by their meaning."""

import pytest

from evaluation.intervals import mean, ratio, share


def test_wilson_interval_is_the_published_one() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I, method 3)."""
    estimate = share(81, 263)
    assert (estimate.low, estimate.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert estimate.value == pytest.approx(81 / 263)


@pytest.mark.parametrize(("right", "low", "high"), [(0, 0.0, 0.161), (20, 0.839, 1.0)])
def test_a_share_at_the_edge_is_still_unsure(right: int, low: float, high: float) -> None:
    """None or all of twenty does not mean never or always."""
    estimate = share(right, 20)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1e-3)


def test_the_bootstrap_is_near_the_normal_interval() -> None:
    """For a mean of many values both intervals are the same but for chance; asked twice it is the same."""
    values = [0.0, 0.25, 0.5, 1.0] * 100
    estimate = mean(values)
    assert estimate.value == pytest.approx(0.4375)
    assert (estimate.low, estimate.high) == pytest.approx((0.4375 - 0.0365, 0.4375 + 0.0365), abs=0.004)
    assert mean(values) == estimate


def test_a_ratio_divides_the_sums() -> None:
    """Precision over all lines weighs a page by its lines, and nothing taken is no precision."""
    assert ratio([1, 3], [2, 3]).value == pytest.approx(4 / 5)
    nothing = ratio([0, 0], [0, 0])
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)


def test_nothing_observed_is_refused() -> None:
    """There is no figure about nothing."""
    with pytest.raises(ValueError, match="nothing"):
        share(0, 0)
    with pytest.raises(ValueError, match="nothing"):
        mean([])
