"""Sound to test ears with: voices of the synthesiser, noise, coughs, and a telephone line's band and coding."""

import shutil
import subprocess
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import butter, lfilter, sosfilt

from assistant.model import SAMPLE_RATE
from assistant.sound import decode_a_law, encode_a_law, resample

Samples = npt.NDArray[np.float64]
_FULL_SCALE = 32_768
_BAND = butter(4, [300, 3_400], "band", fs=SAMPLE_RATE, output="sos")
_HEADER_BYTES = 44
_RATE = 22_050


@cache
def spoken(text: str, voice: str = "de") -> Samples:
    """A sentence without silence at its ends; skips the test where there is no espeak-ng."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("no espeak-ng on this machine")
    command = [program, "-v", voice, "-s", "150", "--stdout", text]
    wave = subprocess.run(command, check=True, capture_output=True).stdout[_HEADER_BYTES:]
    sound = np.frombuffer(resample(wave, _RATE, SAMPLE_RATE), "<i2").astype(np.float64)
    loud = np.flatnonzero(abs(sound) > abs(sound).max() / 50)
    return sound[loud[0] : loud[-1] + 1]


def at_level(sound: Samples, level_db: float) -> Samples:
    """The same at another level below full scale."""
    scaled: Samples = sound / np.sqrt((sound**2).mean()) * _FULL_SCALE * 10 ** (level_db / 20)
    return scaled


def noise(milliseconds: int, level_db: float, seed: int = 0) -> Samples:
    """White noise."""
    return at_level(np.random.default_rng(seed).normal(size=samples(milliseconds)), level_db)


def cough(milliseconds: int, seed: int) -> Samples:
    """A burst of air through a throat, half of them with some voice in it, loud and soon over."""
    chance = np.random.default_rng(seed)
    count = samples(milliseconds)
    air = chance.normal(size=count)
    if seed % 2:
        air *= 0.3
        air[:: int(SAMPLE_RATE / chance.uniform(90, 300))] += 3
    tone, width = chance.uniform(500, 1_800), chance.uniform(0.8, 0.97)
    throat = [1, -2 * width * np.cos(2 * np.pi * tone / SAMPLE_RATE), width**2]
    shape = np.exp(-np.arange(count) / (count / chance.uniform(1, 6))) * np.minimum(1, np.arange(count) / 40)
    return at_level(lfilter([1], throat, air) * shape, chance.uniform(-25, -10))


def mixed(length_ms: int, *parts: tuple[int, Samples]) -> Samples:
    """Sounds, each from its millisecond on, in silence of a length; what goes beyond that is cut off."""
    whole = np.zeros(samples(length_ms))
    for begin_ms, part in parts:
        room = whole[samples(begin_ms) :][: len(part)]
        room += part[: len(room)]
    return whole


def telephoned(sound: Samples) -> bytes:
    """As it comes out of a telephone line: 300-3400 Hz, A-law and back."""
    return decode_a_law(encode_a_law(as_pcm(sosfilt(_BAND, sound))))


def as_pcm(sound: Samples) -> bytes:
    """As 16-bit PCM."""
    return bytes(np.clip(np.rint(sound), -32_768, 32_767).astype("<i2").tobytes())


def samples(milliseconds: float) -> int:
    """How many samples a time has."""
    return int(milliseconds * SAMPLE_RATE / 1000)
