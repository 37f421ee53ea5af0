"""From sentences to a reader of wishes; what people ask Roland elsewhere teaches it what is none."""

import random
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from assistant.model import Intent, Language, Wish
from nlu.calibration import fit_temperature
from nlu.spacy_engine.classifier import Weights
from nlu.spacy_engine.fit import Recipe, fit
from nlu.training_data import Example, TrainingData
from nlu.wishes.reader import LABELS, TrainedWishReader, features_of
from nlu.wishes.sentences import Sentence

DEFAULT = Recipe(networks=2, dimensions=48, batch=128, learning_rate=0.015)
_HELD_BACK = 5  # every fifth sentence calibrates
_OTHER_NAMES = 2
_OTHERS_PER_INTENT = 8  # of each language
_ALWAYS_OTHERS = frozenset({Intent.HUMAN})  # who wants a person must be heard at every step
_SEED = 1404
# The same words mean the same at a step of a form.
_NO_OTHERS = frozenset({
    Intent.REPEAT, Intent.SIMPLIFY, Intent.AFFIRM, Intent.DENY, Intent.CHOOSE, Intent.CORRECT, Intent.RESTART,
    Intent.NOT_HELPFUL,
})  # fmt: skip


def learn(sentences: Sequence[Sentence], elsewhere: TrainingData, recipe: Recipe = DEFAULT) -> TrainedWishReader:
    """A reader that has learned the sentences; its probabilities are calibrated on some held back at first.

    ``elsewhere`` is what is said to Roland outside of forms: some of every intent and language is learned as OTHER, and
    so are names alone, for a single word seldom wishes for anything.
    """
    known = (*sentences, *_others(elsewhere))
    train = [one for place, one in enumerate(known) if place % _HELD_BACK]
    test = known[::_HELD_BACK]
    trial = _fitted(train, recipe)
    chances = np.array([trial.probabilities(features_of(one.text), 1.0) for one in test], dtype=np.float64)
    return TrainedWishReader(_fitted(known, recipe), fit_temperature(chances, [_label(one) for one in test]))


def _fitted(sentences: Sequence[Sentence], recipe: Recipe) -> Weights:
    names = _names(sentences)
    rows = [(features_of(said.text), _label(said)) for one in sentences for said in _views(one, names)]
    return fit([ids for ids, _ in rows], [label for _, label in rows], len(LABELS), recipe)


def _label(sentence: Sentence) -> int:
    return LABELS.index(sentence.wish)


def _names(sentences: Sequence[Sentence]) -> Mapping[str, Sequence[str]]:
    """What is named, by language."""
    names: dict[str, set[str]] = {}
    for one in sentences:
        if one.named:
            names.setdefault(one.language, set()).add(one.named)
    return {language: sorted(found) for language, found in names.items()}


def _views(sentence: Sentence, named: Mapping[str, Sequence[str]]) -> Iterator[Sentence]:
    """The sentence, and said of other things too: the wish does not depend on what is named."""
    yield sentence
    if sentence.named:
        names = named[sentence.language]
        for name in random.Random(f"{_SEED} {sentence.text}").sample(names, min(_OTHER_NAMES, len(names))):  # noqa: S311 – no secret
            yield sentence.naming(name)


def _others(data: TrainingData) -> Iterator[Sentence]:
    groups: dict[tuple[str, str], list[Example]] = {}
    for example in data.examples:
        if example.intent not in _NO_OTHERS:
            groups.setdefault((example.intent, example.language), []).append(example)
    for (intent, _), group in groups.items():
        count = len(group) if intent in _ALWAYS_OTHERS else _OTHERS_PER_INTENT
        for example in sorted(group, key=_drawn)[:count]:
            yield Sentence(example.text, Wish.OTHER, example.language)
    for name in sorted(data.synonyms):
        yield Sentence(name, Wish.OTHER, Language.DE)


def _drawn(example: Example) -> float:
    """Its place in a draw that goes the same way when other sentences are added."""
    return random.Random(f"{_SEED} {example.text}").random()  # noqa: S311 – no secret
