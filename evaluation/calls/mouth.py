"""Callers' voices: what they say, as it leaves their telephone."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assistant.model import SAMPLE_RATE
from assistant.sound import encode_a_law, resample
from voice.model.espeak import Manner, espeak
from voice.model.samples import HELD_OUT_VOICES

_LEVEL = 4_000.0
_AUDIBLE = 300
_HUSH_S = 2.0


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who calls: a voice of espeak-ng's that no model was trained with, and how much noise is around.

    ``noise_db`` is the level of the voice above that of the noise; None for a quiet place.
    """

    voice: str = HELD_OUT_VOICES[0]
    speed: int = 145
    pitch: int = 50
    noise_db: float | None = None


SPEAKERS = tuple(Speaker(voice) for voice in HELD_OUT_VOICES)


@lru_cache(maxsize=1024)
def utterance(text: str, speaker: Speaker = SPEAKERS[0]) -> bytes:
    """A sentence in A-law without silence at its ends; the same one again comes from memory.

    Speaking takes some ten milliseconds: a measurement says everything once before it begins.
    """
    speech = espeak().say(text, Manner(speaker.voice, speaker.speed, speaker.pitch))
    narrow = np.frombuffer(resample(speech.samples.tobytes(), speech.rate, SAMPLE_RATE), "<i2").astype(np.float64)
    audible = np.flatnonzero(np.abs(narrow) > _AUDIBLE)
    if not len(audible):
        raise ValueError(f"nothing is to be heard of {text!r}")
    voice = narrow[audible[0] : audible[-1] + 1]
    return _coded(voice * (_LEVEL / np.sqrt(np.mean(voice**2))), speaker)


@lru_cache(maxsize=64)
def background(speaker: Speaker) -> bytes:
    """The noise around somebody who says nothing, to be repeated."""
    return _coded(np.zeros(int(_HUSH_S * SAMPLE_RATE)), speaker)


def _coded(voice: npt.NDArray[np.float64], speaker: Speaker) -> bytes:
    if speaker.noise_db is not None:
        level = _LEVEL * 10 ** (-speaker.noise_db / 20)
        voice = voice + np.random.default_rng(len(voice)).normal(0, level, len(voice))
    return encode_a_law(np.clip(np.rint(voice), -32_635, 32_635).astype("<i2").tobytes())
