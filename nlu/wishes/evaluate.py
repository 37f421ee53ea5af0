"""Measures how well wishes at a form's steps are told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.model import Wish
from assistant.ports import WishReader
from nlu.wishes.sentences import Sentence

_CONFUSIONS = 15


@dataclass(frozen=True, slots=True)
class WishFigures:
    """What became of some sentences, as shares (0–1).

    ``right``, ``wrong`` and ``missed`` are of those that wish for something: done, something else done, nothing done.
    ``false_alarms`` is of those that wish for nothing: something done all the same.
    """

    sentences: int
    right: float
    wrong: float
    missed: float
    false_alarms: float


@dataclass(frozen=True, slots=True)
class WishEvaluation:
    """All sentences together, each language, each wish, and what was taken for what most often."""

    threshold: float
    overall: WishFigures
    by_language: dict[str, WishFigures]
    right_by_wish: dict[str, float]
    confusions: tuple[tuple[str, str, int], ...]


def evaluate_wishes(reader: WishReader, sentences: Sequence[Sentence], threshold: float) -> WishEvaluation:
    """What comes of acting on every wish told with at least that probability."""
    acted = [(sentence, _acted_on(reader, sentence, threshold)) for sentence in sentences]
    languages = sorted({sentence.language for sentence in sentences})
    wrong = Counter((sentence.wish.value, wish.value) for sentence, wish in acted if sentence.wish is not wish)
    return WishEvaluation(
        threshold,
        _figures(acted),
        {one.value: _figures([pair for pair in acted if pair[0].language is one]) for one in languages},
        {one.value: _share([wish is one for sentence, wish in acted if sentence.wish is one]) for one in Wish},
        tuple((meant, told, count) for (meant, told), count in wrong.most_common(_CONFUSIONS)),
    )


def _acted_on(reader: WishReader, sentence: Sentence, threshold: float) -> Wish:
    read = reader.read(sentence.text)
    return read.wish if read.probability >= threshold else Wish.OTHER


def _figures(acted: Sequence[tuple[Sentence, Wish]]) -> WishFigures:
    wishes = [(sentence.wish, wish) for sentence, wish in acted if sentence.wish is not Wish.OTHER]
    return WishFigures(
        len(acted),
        _share([meant is told for meant, told in wishes]),
        _share([told not in {meant, Wish.OTHER} for meant, told in wishes]),
        _share([told is Wish.OTHER for _, told in wishes]),
        _share([told is not Wish.OTHER for sentence, told in acted if sentence.wish is Wish.OTHER]),
    )


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0
