"""The features, against figures of Kaldi's own computation (kaldi-native-fbank 1.23)."""

import numpy as np
import numpy.typing as npt
import pytest

from voice.model.features import COEFFICIENTS, KALDI_OPTIONS, mfcc

# Of a rising tone of half a second: by frame, the coefficients 0, 1, 2, 5, 12 and 39, computed with KALDI_OPTIONS.
EXPECTED = {
    0: (27.922, 14.023, 40.271, -14.072, -6.427, -0.523),
    20: (55.237, 56.888, -28.334, -15.017, 7.617, -3.775),
    47: (26.319, -28.756, -66.077, 29.956, 28.454, -0.961),
}


def rising_tone() -> npt.NDArray[np.int16]:
    """The sound the figures belong to."""
    t = np.arange(4000) / 8000
    return (6000 * np.sin(2 * np.pi * (200 + 900 * t) * t) * np.hanning(4000)).astype(np.int16)


@pytest.mark.parametrize("frame", EXPECTED)
def test_coefficients_are_those_of_kaldi(frame: int) -> None:
    """The recogniser computes its features itself: what is learned from must be the same to the third digit."""
    assert mfcc(rising_tone())[frame, [0, 1, 2, 5, 12, 39]] == pytest.approx(EXPECTED[frame], abs=2e-3)


def test_a_frame_for_every_ten_milliseconds_within_the_sound() -> None:
    """Frames of 25 ms begin every 10 ms; a sound shorter than one has none."""
    assert mfcc(rising_tone()).shape == (48, COEFFICIENTS)
    assert mfcc(np.zeros(199, np.int16)).shape == (0, COEFFICIENTS)
    assert mfcc(np.zeros(200, np.int16)).shape == (1, COEFFICIENTS)


def test_digital_silence_is_finite() -> None:
    """A line that sends zeros gives figures, not infinities."""
    assert np.isfinite(mfcc(np.zeros(800, np.int16))).all()


def test_the_options_name_the_same_features() -> None:
    """What stands in the model's folder is what was computed."""
    options = dict(line.removeprefix("--").split("=") for line in KALDI_OPTIONS.splitlines())
    assert options["sample-frequency"] == "8000"
    assert options["num-ceps"] == options["num-mel-bins"] == str(COEFFICIENTS)
    assert options["dither"] == "0"
