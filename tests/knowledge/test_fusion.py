"""The calibrated choice between candidates and none."""

import numpy as np
import pytest

from knowledge.evidence import FEATURES, QUESTION_FEATURES, Candidates
from knowledge.fusion import Fusion, Observation, fit


def candidates(*strengths: float, elsewhere: float = 0.0) -> Candidates:
    """Candidates 0, 1, 2 … whose every feature has the given strength; ``elsewhere`` is the question's own features."""
    features = np.array([[strength] * len(FEATURES) for strength in strengths], dtype=np.float32)
    question = np.full(len(QUESTION_FEATURES), elsewhere, dtype=np.float32)
    return Candidates(np.arange(len(strengths)), features.reshape(len(strengths), len(FEATURES)), question)


@pytest.fixture(scope="module")
def fusion() -> Fusion:
    """Learned from questions whose right answer is strong, and from foreign ones to which nothing is."""
    random = np.random.default_rng(3)
    known = [Observation(candidates(random.uniform(0.6, 1), random.uniform(0, 0.5)), frozenset({0})) for _ in range(60)]
    foreign = [Observation(candidates(*random.uniform(0, 0.3, size=2)), frozenset()) for _ in range(30)]
    return fit([*known, *foreign], penalty=0.1)


def test_a_clear_winner_is_probable(fusion: Fusion) -> None:
    """One strong candidate among weak ones is the answer."""
    probabilities = fusion.probabilities(candidates(0.9, 0.1))
    assert probabilities[0] > 0.8
    assert probabilities.sum() <= 1


def test_near_ties_share_the_probability(fusion: Fusion) -> None:
    """Two equal candidates are equally probable, so the dialogue can ask back."""
    first, second = fusion.probabilities(candidates(0.9, 0.9))
    assert first == pytest.approx(second)
    assert first <= 0.5


def test_weak_candidates_leave_it_to_none(fusion: Fusion) -> None:
    """To a foreign question every candidate is improbable."""
    assert fusion.probabilities(candidates(0.1, 0.05)).max() < 0.25


def test_no_candidates_no_probabilities(fusion: Fusion) -> None:
    """A question that no view knows anything about has no candidates, and that is no error."""
    assert fusion.probabilities(candidates()).shape == (0,)


def test_fitting_is_deterministic() -> None:
    """The same observations give the same weights."""
    observations = [Observation(candidates(0.8, 0.2), frozenset({0})), Observation(candidates(0.1), frozenset())]
    assert fit(observations) == fit(observations)


def test_a_question_near_to_those_answered_elsewhere_is_left_to_none() -> None:
    """Equal candidates are less probable where the question resembles what the catalogue surely does not answer."""
    random = np.random.default_rng(5)
    own = [Observation(candidates(0.6, elsewhere=random.uniform(0, 0.4)), frozenset({0})) for _ in range(40)]
    others = [Observation(candidates(0.6, elsewhere=random.uniform(0.5, 0.9)), frozenset()) for _ in range(40)]
    fusion = fit([*own, *others], penalty=0.1)
    assert fusion.probabilities(candidates(0.6, elsewhere=0.1))[0] > 0.7
    assert fusion.probabilities(candidates(0.6, elsewhere=0.8))[0] < 0.3
