"""Telephone sound: G.711 in both laws, and changing the rate of samples.

PCM here is 16-bit signed little-endian mono, as bytes. Coding goes by tables, after ITU-T G.711.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

_A_LAW_MASK = 0x55
_MU_LAW_BIAS = 0x84
_MOST = 32_635
_Samples = npt.NDArray[np.int16]


def decode_a_law(coded: bytes) -> bytes:
    """PCM of A-law; one sample a byte."""
    return _a_law_values()[np.frombuffer(coded, np.uint8)].astype("<i2").tobytes()


def decode_mu_law(coded: bytes) -> bytes:
    """PCM of µ-law; one sample a byte."""
    return _mu_law_values()[np.frombuffer(coded, np.uint8)].astype("<i2").tobytes()


def encode_a_law(pcm: bytes) -> bytes:
    """PCM as A-law; one byte a sample."""
    return _a_law_codes()[_index(pcm)].tobytes()


def encode_mu_law(pcm: bytes) -> bytes:
    """PCM as µ-law; one byte a sample."""
    return _mu_law_codes()[_index(pcm)].tobytes()


def resample(pcm: bytes, rate: int, to: int) -> bytes:
    """The same sound at another rate (samples a second), band-limited."""
    if rate == to:
        return pcm
    ratio = Fraction(to, rate)
    heard = np.frombuffer(pcm, "<i2").astype(np.float32)
    changed = resample_poly(heard, ratio.numerator, ratio.denominator)
    return bytes(np.clip(np.rint(changed), -32_768, 32_767).astype("<i2").tobytes())


def _index(pcm: bytes) -> npt.NDArray[np.uint16]:
    return np.frombuffer(pcm, "<u2")


@cache
def _a_law_values() -> _Samples:
    codes = np.arange(256, dtype=np.int32) ^ _A_LAW_MASK
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    linear = (mantissa << 4) + 8
    size = np.where(exponent == 0, linear, (linear + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(codes & 0x80, size, -size).astype(np.int16)


@cache
def _mu_law_values() -> _Samples:
    codes = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    size = (((mantissa << 3) + _MU_LAW_BIAS) << exponent) - _MU_LAW_BIAS
    return np.where(codes & 0x80, -size, size).astype(np.int16)


def _nearest(values: _Samples) -> npt.NDArray[np.uint8]:
    """The code whose value is nearest, for every sample by its unsigned 16 bits."""
    order = np.argsort(values, kind="stable")
    steps = values[order].astype(np.int32)
    edges = (steps[1:] + steps[:-1]) / 2
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16)
    found: npt.NDArray[np.uint8] = order[np.searchsorted(edges, np.clip(samples, -_MOST, _MOST))].astype(np.uint8)
    return found


@cache
def _a_law_codes() -> npt.NDArray[np.uint8]:
    return _nearest(_a_law_values())


@cache
def _mu_law_codes() -> npt.NDArray[np.uint8]:
    return _nearest(_mu_law_values())
