"""What a telephone line makes of a voice: its band, its loudness, its noise, A-law."""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, sosfilt

from assistant.sound import decode_a_law, encode_a_law, resample

RATE = 8000
_LOUDEST = 32_600
_CODED_SHARE = 0.8
_QUIET_SHARE = 1 / 6

Samples = npt.NDArray[np.int16]


def over_the_line(
    samples: Samples, rate: int, random: np.random.Generator, *, noise_db: tuple[float, float]
) -> Samples:
    """The sound at the other end (8 kHz), over a line drawn at random.

    ``noise_db`` is the range of the signal's level above the noise; one call in six has no noise at all.
    """
    narrow = np.frombuffer(resample(samples.tobytes(), rate, RATE), np.int16).astype(np.float64)
    edges = (random.uniform(80, 350), random.uniform(3200, 3800))
    heard = sosfilt(butter(2, edges, "bandpass", fs=RATE, output="sos"), narrow)
    heard = lfilter([1, -random.uniform(-0.4, 0.4)], [1], heard)
    heard = heard * 10 ** (random.uniform(-18, 4) / 20)
    if random.random() > _QUIET_SHARE:
        level = np.sqrt(np.mean(heard**2) + 1) * 10 ** (-random.uniform(*noise_db) / 20)
        heard = heard + level * _noise(len(heard), random)
    pcm: Samples = np.clip(heard, -_LOUDEST, _LOUDEST).astype("<i2")
    if random.random() > _CODED_SHARE:
        return pcm
    return np.frombuffer(decode_a_law(encode_a_law(pcm.tobytes())), "<i2")


def _noise(length: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """White in half of the cases, else with less of the high tones; of level 1."""
    white = random.normal(0, 1, length)
    return white if random.random() < 0.5 else 2 * np.convolve(white, np.full(4, 0.25), "same")
