"""Calibration makes stated confidence and accuracy agree."""

import numpy as np
import pytest

from nlu.calibration import Probabilities, calibration_error, fit_temperature, temper


def drawn(sharpness: float, count: int = 4_000) -> tuple[Probabilities, list[int]]:
    """Sentences whose right intent was drawn from honest probabilities, and these, made too sharp or too flat."""
    chance = np.random.default_rng(1)
    scores = chance.normal(size=(count, 5)) * 2
    honest = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = [int(chance.choice(5, p=row)) for row in honest]
    stated = np.exp(sharpness * scores)
    return stated / stated.sum(axis=1, keepdims=True), truth


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_what_was_done(sharpness: float) -> None:
    """Too sure or too timid by a factor, the fitted temperature is that factor."""
    stated, truth = drawn(sharpness)
    assert fit_temperature(stated, truth) == pytest.approx(sharpness, rel=0.1)


def test_tempering_makes_confidence_honest() -> None:
    """After tempering, overconfident probabilities miss the accuracy by little, where they missed it by much."""
    stated, truth = drawn(3.0)

    def error(probabilities: Probabilities) -> float:
        right = (probabilities.argmax(axis=1) == truth).tolist()
        return calibration_error(probabilities.max(axis=1).tolist(), right)

    assert error(stated) > 0.1
    assert error(temper(stated, fit_temperature(stated, truth))) < 0.03


def test_tempering_keeps_order_and_sum() -> None:
    """Tempered probabilities sum to one, best first as before, even with zeros among them."""
    tempered = temper(np.array([0.7, 0.3, 0.0]), 2.5)
    assert tempered.sum() == pytest.approx(1)
    assert list(np.argsort(-tempered)) == [0, 1, 2]


def test_the_error_is_the_gap_between_words_and_deeds() -> None:
    """Ninety per cent sure and half of the time right is forty per cent off; nothing said is nothing wrong."""
    assert calibration_error([0.9, 0.9], [True, False]) == pytest.approx(0.4)
    assert calibration_error([1.0], [True]) == 0
    assert calibration_error([], []) == 0
