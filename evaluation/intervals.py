"""How sure a measured figure is: 95 % confidence intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_Z = 1.959964
_RESAMPLES = 2_000
_SEED = 115


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure out of ``count`` observations, and the interval from ``low`` to ``high`` that holds 95 % of the time."""

    value: float
    low: float
    high: float
    count: int


def share(right: int, count: int) -> Estimate:
    """``right`` out of ``count``, at least one, with Wilson's interval, good for small and extreme shares too."""
    if count < 1:
        raise ValueError("a share of nothing")
    value = right / count
    spread = 1 + _Z**2 / count
    middle = (value + _Z**2 / (2 * count)) / spread
    half = _Z / spread * math.sqrt(value * (1 - value) / count + _Z**2 / (4 * count**2))
    return Estimate(value, min(max(middle - half, 0.0), value), max(min(middle + half, 1.0), value), count)


def mean(values: Sequence[float]) -> Estimate:
    """The mean of some values, at least one, with the bootstrap's percentile interval; repeatable."""
    return ratio(values, [1.0] * len(values))


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Estimate:
    """The sum of ``parts`` over the sum of ``wholes``, one pair an observation, by bootstrap over the observations.

    For figures that are no mean of single ones: precision over all lines of many pages. 0 where the wholes are nought.
    """
    if not len(parts):
        raise ValueError("a mean of nothing")
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    drawn = np.random.default_rng(_SEED).integers(0, part.size, (_RESAMPLES, part.size))
    low, high = np.percentile(_divided(part[drawn].sum(axis=1), whole[drawn].sum(axis=1)), (2.5, 97.5))
    value = float(_divided(part.sum(keepdims=True), whole.sum(keepdims=True))[0])
    return Estimate(value, min(float(low), value), max(float(high), value), part.size)


def _divided(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1e-12), 0.0)
