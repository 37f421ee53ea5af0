"""Utterances to learn from: spoken by many voices, over the telephone, with the phone of every frame."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from voice.model.espeak import SILENCE, Manner, espeak
from voice.model.features import FRAME_SHIFT, mfcc
from voice.model.telephone import RATE, over_the_line

HELD_OUT_VOICES = ("de+f3", "de+m7", "de+Andrea")
"""Never trained on: they tell how well the model hears a voice it does not know."""

_VARIANTS = """
    m1 m2 m3 m4 m5 m6 m8 f1 f2 f4 f5 klatt klatt2 klatt3 klatt4 Alex Andy Annie Denis Diogo Gene Hugo Jacky Lee Marco
    Mario Michael Mike adam anika antonio aunty belinda benjamin boris david ed edward grandma grandpa linda marcelo
    max michel miguel pablo paul pedro quincy rob robert sandro shelby steph travis victor zac
"""
TRAINING_VOICES = ("de", *(f"de+{variant}" for variant in _VARIANTS.split()))

UNKNOWN = -1
"""The label of frames in a sound that is in no pronunciation."""

_NOISE_DB = (8.0, 45.0)
_PART = 1500
_SENTENCE_SHARE = 0.5
_FRAME_CENTRE = 100


@dataclass(frozen=True)
class Utterances:
    """Features of all utterances in one row of frames (float16), the phone of each, and how many each utterance has."""

    frames: npt.NDArray[np.float16]
    labels: npt.NDArray[np.int16]
    lengths: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What utterances are drawn from; ``phones`` are numbered by their place."""

    sentences: tuple[str, ...]
    words: tuple[str, ...]
    phones: tuple[str, ...]
    seed: int


def utterances(recipe: Recipe, count: int, processes: int, progress: Callable[[float], None]) -> Utterances:
    """Draw utterances in several processes; the same for the same recipe and count, whatever the processes."""
    parts = [min(_PART, count - begin) for begin in range(0, count, _PART)]
    drawn = []
    with ThreadPoolExecutor(processes) as waiting:
        for part in waiting.map(partial(_in_a_process, recipe), range(len(parts)), parts):
            drawn.append(part)
            progress(len(drawn) / len(parts))
    return _joined(drawn)


def draw(recipe: Recipe, seed: int, count: int) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.int16]]]:
    """Features and labels of each utterance, one after another."""
    choice, noise = random.Random(f"{recipe.seed}/{seed}"), np.random.default_rng((recipe.seed, seed))  # noqa: S311
    numbers = {phone: number for number, phone in enumerate(recipe.phones)}
    for _ in range(count):
        speech = espeak().say(_text(recipe, choice), _manner(choice))
        lead, trail = (int(choice.uniform(0, 0.5) * speech.rate) for _ in range(2))
        heard = over_the_line(np.pad(speech.samples, (lead, trail)), speech.rate, noise, noise_db=_NOISE_DB)
        features = mfcc(heard)
        starts = (np.array(speech.starts) + lead) * RATE / speech.rate
        at = np.searchsorted(starts, np.arange(len(features)) * FRAME_SHIFT + _FRAME_CENTRE, side="right")
        labels = np.array([numbers.get(phone, UNKNOWN) for phone in (SILENCE, *speech.phones)], np.int16)
        yield features, labels[at]


def _in_a_process(recipe: Recipe, number: int, count: int) -> Utterances:
    """Draws in a fresh process, since how the synthesiser sounds depends on what it said before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_draw_part, recipe, number, count).result()


def _draw_part(recipe: Recipe, number: int, count: int) -> Utterances:
    threadpool_limits(1)
    return _joined(
        [
            Utterances(features.astype(np.float16), labels, np.array([len(labels)]))
            for features, labels in draw(recipe, number, count)
        ]
    )


def _joined(parts: Sequence[Utterances]) -> Utterances:
    return Utterances(
        np.concatenate([part.frames for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.lengths for part in parts]),
    )


def _text(recipe: Recipe, choice: random.Random) -> str:
    """A sentence as it occurs, or words in any order, so that all sounds meet each other."""
    if choice.random() < _SENTENCE_SHARE:
        return choice.choice(recipe.sentences)
    return " ".join(choice.choices(recipe.words, k=choice.randint(2, 6)))


def _manner(choice: random.Random) -> Manner:
    return Manner(
        choice.choice(TRAINING_VOICES), choice.randint(110, 190), choice.randint(25, 80), choice.randint(30, 70)
    )
