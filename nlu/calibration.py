"""Makes probabilities honest: of all answers given with 0.8, eight in ten shall be right."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]

_SMALLEST = 1e-12
_TEMPERATURES = (0.05, 20.0)
_STEPS = 60
_GOLDEN = (math.sqrt(5) - 1) / 2


def temper(probabilities: Probabilities, temperature: float) -> Probabilities:
    """Probabilities made sharper (below 1) or flatter (above 1); rows of shape (…, intents) still sum to one."""
    scores = np.log(np.maximum(probabilities, _SMALLEST)) / temperature
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    tempered: Probabilities = exponents / exponents.sum(axis=-1, keepdims=True)
    return tempered


def fit_temperature(probabilities: Probabilities, truth: Sequence[int]) -> float:
    """The temperature under which what was right was least surprising.

    ``probabilities`` of shape (sentences, intents) must come from sentences that were not trained on; ``truth`` holds
    the right column of each row. Found by golden-section search, for the surprise has one minimum.
    """
    rows, right = np.arange(len(truth)), np.asarray(truth)

    def surprise(log_temperature: float) -> float:
        chances = temper(probabilities, math.exp(log_temperature))[rows, right]
        return float(-np.log(np.maximum(chances, _SMALLEST)).mean())

    low, high = (math.log(bound) for bound in _TEMPERATURES)
    for _ in range(_STEPS):
        left, other = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if surprise(left) < surprise(other):
            high = other
        else:
            low = left
    return math.exp((low + high) / 2)


def calibration_error(confidences: Sequence[float], was_right: Sequence[bool], bins: int = 10) -> float:
    """The expected calibration error (0–1): how far confidence and accuracy lie apart, over bins of equal width."""
    if not confidences:
        return 0.0
    stated, right = np.asarray(confidences), np.asarray(was_right, dtype=float)
    places = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [abs(stated[places == place].sum() - right[places == place].sum()) for place in range(bins)]
    return float(sum(gaps) / len(stated))
