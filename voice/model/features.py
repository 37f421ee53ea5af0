"""Mel-frequency cepstral coefficients of telephone sound, equal to those Kaldi computes."""

from functools import cache

import numpy as np
import numpy.typing as npt

from voice.model.telephone import RATE

COEFFICIENTS = 40
FRAME_SHIFT, _FRAME_LENGTH, _FFT = 80, 200, 256
_LOW_HZ, _HIGH_HZ = 60.0, 3700.0
_PREEMPHASIS, _LIFTER = 0.97, 22.0

# The same in the words of Kaldi's options, for the model's folder.
KALDI_OPTIONS = f"""\
--use-energy=false
--sample-frequency={RATE}
--num-mel-bins={COEFFICIENTS}
--num-ceps={COEFFICIENTS}
--low-freq={_LOW_HZ:g}
--high-freq={_HIGH_HZ:g}
--dither=0
"""

Matrix = npt.NDArray[np.float32]


def mfcc(samples: npt.NDArray[np.int16]) -> Matrix:
    """One row of coefficients for every 10 ms whose 25 ms lie within the sound."""
    if len(samples) < _FRAME_LENGTH:
        return np.zeros((0, COEFFICIENTS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), _FRAME_LENGTH)[::FRAME_SHIFT]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft((frames - _PREEMPHASIS * before) * _window(), _FFT)) ** 2
    energies = np.log(np.maximum(power[:, :-1] @ _mel_filters(), np.finfo(np.float32).eps))
    return np.asarray(energies @ _cosines(), np.float32)


@cache
def _window() -> npt.NDArray[np.float64]:
    """Kaldi's "povey" window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME_LENGTH) / (_FRAME_LENGTH - 1))) ** 0.85


@cache
def _mel_filters() -> npt.NDArray[np.float64]:
    """Triangles evenly spaced on the mel scale, a column each, over the bins of the Fourier transform."""
    edges = np.linspace(_mel(np.array(_LOW_HZ)), _mel(np.array(_HIGH_HZ)), COEFFICIENTS + 2)
    bins = _mel(np.arange(_FFT // 2) * RATE / _FFT)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling))


def _mel(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1127 * np.log1p(hertz / 700))


@cache
def _cosines() -> npt.NDArray[np.float64]:
    """The cosine transform, with the lifter that evens the coefficients' sizes out."""
    orders = np.arange(COEFFICIENTS)
    points = (np.arange(COEFFICIENTS) + 0.5)[:, None]
    transform = np.sqrt(2 / COEFFICIENTS) * np.cos(np.pi / COEFFICIENTS * points * orders)
    transform[:, 0] = np.sqrt(1 / COEFFICIENTS)
    return np.asarray(transform * (1 + 0.5 * _LIFTER * np.sin(np.pi * orders / _LIFTER)))
