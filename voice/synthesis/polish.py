"""What is done to every spoken sentence: its silence cut, its rate the telephone's, its loudness always the same."""

import numpy as np
import numpy.typing as npt

from assistant.model import SAMPLE_RATE
from assistant.sound import resample

_STEP = SAMPLE_RATE // 100
"""Loudness is looked at in steps of 10 ms."""
_QUIET_DB = -40.0
"""What is so much fainter than the loudest step is silence."""
_MARGIN_STEPS = 2
_TARGET_DB = -20.0
"""How loud speech is, below full scale; a telephone's usual level."""
_KNEE = 0.7
"""From this part of full scale on, peaks are rounded instead of cut."""
_FULL_SCALE = 32_767.0
_Sound = npt.NDArray[np.float64]


def polished(pcm: bytes, rate: int, volume: float = 1.0) -> bytes:
    """One sentence for the telephone: 8 kHz, no silence at its ends; ``volume`` is a factor of the usual loudness."""
    sound = np.frombuffer(resample(pcm, rate, SAMPLE_RATE), "<i2").astype(np.float64) / _FULL_SCALE
    power = _power(sound)
    if not power.any():
        return b""
    is_loud = power > power.max() * 10 ** (_QUIET_DB / 10)
    first, last = is_loud.nonzero()[0][[0, -1]]
    spoken = sound[max(0, first - _MARGIN_STEPS) * _STEP : (last + 1 + _MARGIN_STEPS) * _STEP]
    gain = volume * 10 ** (_TARGET_DB / 20) / np.sqrt(power[is_loud].mean())
    return bytes(np.rint(_rounded(spoken * gain) * _FULL_SCALE).astype("<i2").tobytes())


def _power(sound: _Sound) -> _Sound:
    """The mean square of every step."""
    steps = np.pad(sound, (0, -len(sound) % _STEP)).reshape(-1, _STEP)
    mean: _Sound = (steps**2).mean(axis=1)
    return mean


def _rounded(sound: _Sound) -> _Sound:
    """Within full scale, without the crackle of cut peaks."""
    beyond = np.maximum(np.abs(sound) - _KNEE, 0.0)
    bent = np.minimum(np.abs(sound), _KNEE) + (1 - _KNEE) * np.tanh(beyond / (1 - _KNEE))
    rounded: _Sound = np.copysign(bent, sound)
    return rounded
