"""One calibrated probability out of many views: a logistic choice between the candidates and "none of them"."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from knowledge.evidence import FEATURES, QUESTION_FEATURES, Candidates

Floats = npt.NDArray[np.float64]

# What is believed before anything was observed: who says a service's official name means that service.
_NAMED = 3.0
_NONE = 1 + len(QUESTION_FEATURES)


@dataclass(frozen=True, slots=True)
class Observation:
    """A question's candidates and which of them are right; none where the catalogue has no answer."""

    candidates: Candidates
    right: frozenset[int]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the features; a candidate's probability is its share of all strengths.

    ``none`` are the strength of "none of them" and what the question's own features add to it.

    Near ties share their probability, and a question to which nothing comes close leaves it to "none".
    """

    weights: tuple[float, ...]
    none: tuple[float, ...]

    def probabilities(self, candidates: Candidates) -> Floats:
        """The probability (0–1) of each candidate to be the one meant, shape (candidates,)."""
        scores = _inputs(candidates) @ np.asarray(self.weights)
        none = float(_of_none(candidates) @ np.asarray(self.none))
        highest = max(none, float(scores.max(initial=none)))
        strengths = np.exp(scores - highest)
        return np.asarray(strengths / (strengths.sum() + np.exp(none - highest)))


def _inputs(candidates: Candidates) -> Floats:
    """The features and, for each, how far it falls behind the best candidate's."""
    features = candidates.features.astype(np.float64)
    behind = features - features.max(axis=0, initial=-1.0)
    return np.concatenate((features, behind), axis=1)


def _of_none(candidates: Candidates) -> Floats:
    return np.concatenate(([1.0], candidates.question.astype(np.float64)))


def fit(observations: Sequence[Observation], *, penalty: float = 5.0) -> Fusion:
    """The fusion under which the observed answers are most likely; deterministic.

    ``penalty`` keeps the weights near what is believed beforehand: the price of a squared distance in observations.
    """
    batch = _Batch.of(observations)
    believed = np.zeros(2 * len(FEATURES))
    believed[FEATURES.index("named")] = _NAMED
    start = np.concatenate((believed, np.zeros(_NONE)))
    found = minimize(batch.loss, start, (penalty, believed), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights = tuple(float(weight) for weight in found.x)
    return Fusion(weights[:-_NONE], weights[-_NONE:])


@dataclass(frozen=True, slots=True)
class _Batch:
    """All observations padded to the same number of candidates; the last place stands for "none"."""

    inputs: Floats
    present: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]
    weights: Floats

    @classmethod
    def of(cls, observations: Sequence[Observation]) -> "_Batch":
        most = max(item.candidates.services.size for item in observations)
        size, width = len(observations), 2 * len(FEATURES)
        inputs = np.zeros((size, most + 1, width + _NONE))
        present = np.zeros((size, most + 1), dtype=bool)
        right = np.zeros((size, most + 1), dtype=bool)
        for row, item in enumerate(observations):
            count = item.candidates.services.size
            inputs[row, :count, :width] = _inputs(item.candidates)
            present[row, :count] = True
            right[row, :count] = [int(number) in item.right for number in item.candidates.services]
            present[row, most] = True
            inputs[row, most, width:] = _of_none(item.candidates)
            # A right answer that is no candidate cannot be chosen: to this choice, there is none.
            right[row, most] = not right[row, :count].any()
        return cls(inputs, present, right, np.array([item.weight for item in observations]))

    def loss(self, weights: Floats, penalty: float, believed: Floats) -> tuple[float, Floats]:
        """The negative log likelihood of the right answers, with the price of the weights, and its gradient."""
        moved = weights[:-_NONE] - believed
        scores = np.where(self.present, self.inputs @ weights, -np.inf)
        strengths = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = strengths / strengths.sum(axis=1, keepdims=True)
        of_right = np.where(self.right, shares, 0.0)
        likelihood = np.maximum(of_right.sum(axis=1), 1e-12)
        loss = -(self.weights * np.log(likelihood)).sum() + penalty * (moved**2).sum() / 2
        pull = (shares - of_right / likelihood[:, None]) * self.weights[:, None]
        gradient = np.einsum("oc,ocf->f", pull, self.inputs)
        gradient[:-_NONE] += penalty * moved
        return float(loss), gradient
