"""Recordings to measure the test model with: sentences it was not made from, in voices it was not made from."""

import random
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voice.model.espeak import Manner, espeak
from voice.model.samples import HELD_OUT_VOICES
from voice.model.telephone import RATE, over_the_line

_NOISE_DB = (15.0, 35.0)
_SILENCE_S = 0.3


def record(sentences: Sequence[str], folder: Path, seed: int = 1) -> None:
    """Write each sentence as it comes over a telephone line, with its text, the voices taking turns."""
    folder.mkdir(parents=True, exist_ok=True)
    choice, noise = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 – no secret
    for number, sentence in enumerate(sentences):
        voice = HELD_OUT_VOICES[number % len(HELD_OUT_VOICES)]
        speech = espeak().say(sentence, Manner(voice, choice.randint(130, 170), choice.randint(40, 60)))
        sound = np.pad(speech.samples, int(_SILENCE_S * speech.rate))
        heard = over_the_line(sound, speech.rate, noise, noise_db=_NOISE_DB)
        path = folder / f"{number:04d}-{voice.replace('+', '-')}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(heard.astype("<i2").tobytes())
        path.with_suffix(".txt").write_text(sentence + "\n", encoding="utf-8")
