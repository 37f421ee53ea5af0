"""What words of other languages are in German, learned from texts that say the same.

The method is IBM model 1 in both directions: who stands where, in text after text, means the same.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.model import Language
from knowledge.parallel import ParallelText
from knowledge.text import fold, stem, stems

Words = tuple[tuple[str, float], ...]
"""German stems, each with how surely (0–1) it is meant, surest first."""

_PARTICLES = re.compile("(?:[وف]?(?:[بك]?ال|لل)|[وف]?[بلك]|[وف])(?=.{3})")
_BEGINNING = 3
_LEAST_SHARED = 0.65
# A word that is only like a known one may be another.
_LIKE = 0.7
_ROUNDS = 6
_LEAST = 0.05
_MOST = 4
_Numbers = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WordTable:
    """German stems by language and stem."""

    words: Mapping[Language, Mapping[str, Words]]

    def german(self, word: str, language: Language) -> Words:
        """What a folded word is in German, if need be by the known word that is most like it; else nothing."""
        known = self.words.get(language, {})
        forms = (stem(word, language), *_without_particles(word, language))
        if exact := next((form for form in forms if form in known), None):
            return known[exact]
        like = next(filter(None, (self._like(form, language) for form in forms)), None)
        return tuple((german, sure * _LIKE) for german, sure in known[like]) if like else ()

    def _like(self, word: str, language: Language) -> str | None:
        """The known stem with which a word shares the longest beginning, if the rest of both is short."""
        best, most = None, _LEAST_SHARED
        for known in self._by_beginning.get((language, word[:_BEGINNING]), ()):
            shared = _shared(word, known) / max(len(word), len(known))
            if shared > most:
                best, most = known, shared
        return best

    @cached_property
    def _by_beginning(self) -> Mapping[tuple[Language, str], Sequence[str]]:
        found: dict[tuple[Language, str], list[str]] = {}
        for language, table in self.words.items():
            for word in table:
                found.setdefault((language, word[:_BEGINNING]), []).append(word)
        return found

    def speakers_words(self, language: Language) -> Mapping[str, Words]:
        """The other way round: what stands for a German stem in a language."""
        found: dict[str, list[tuple[str, float]]] = {}
        for word, meant in self.words.get(language, {}).items():
            for german, sure in meant:
                found.setdefault(german, []).append((word, sure))
        return {german: tuple(words) for german, words in found.items()}

    def save(self, path: Path) -> None:
        """Write the table as JSON."""
        path.write_text(json.dumps(self.words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "WordTable":
        """The table that ``save`` wrote."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {
                Language(code): {stem: tuple((word, sure) for word, sure in german) for stem, german in table.items()}
                for code, table in found.items()
            }
        )


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    differing = (place for place, (first, second) in enumerate(zip(one, other, strict=False)) if first != second)
    return next(differing, min(len(one), len(other)))


def _without_particles(word: str, language: Language) -> Iterator[str]:
    """An Arabic word without the "and", "for" or "with the" that is written together with it."""
    if language is Language.AR and (written := _PARTICLES.match(word)):
        yield stem(word[written.end() :], language)


def learn_words(texts: Sequence[ParallelText]) -> WordTable:
    """The words of every language that stand where German ones stand, in text after text."""
    languages = dict.fromkeys(language for text in texts for language, _ in text if language is not Language.DE)
    return WordTable({language: _learn(_pairs(texts, language)) for language in languages})


def _pairs(texts: Iterable[ParallelText], language: Language) -> list[tuple[list[str], list[str]]]:
    found = (dict(text) for text in texts)
    return [
        (stems(fold(text[language]), language), stems(fold(text[Language.DE]), Language.DE))
        for text in found
        if language in text
    ]


def _learn(pairs: Sequence[tuple[list[str], list[str]]]) -> dict[str, Words]:
    """A word and its translation explain each other; one that is only often near explains in one direction at most."""
    those: dict[str, int] = {}
    german: dict[str, int] = {}
    numbered = [
        (
            np.array([those.setdefault(word, len(those)) for word in own], dtype=np.int64),
            np.array([german.setdefault(word, len(german)) for word in other], dtype=np.int64),
        )
        for own, other in pairs
        if own and other
    ]
    keys, forth = _explained(numbered, len(german))
    back_keys, back = _explained([(other, own) for own, other in numbered], len(those))
    backwards = (keys % len(german)) * len(those) + keys // len(german)
    sure = np.sqrt(forth * back[np.searchsorted(back_keys, backwards)])
    table: dict[str, list[tuple[str, float]]] = {}
    words, germans = list(those), list(german)
    for place in np.flatnonzero(sure >= _LEAST):
        word, meant = divmod(int(keys[place]), len(german))
        table.setdefault(words[word], []).append((germans[meant], round(float(sure[place]), 3)))
    return {word: tuple(sorted(found, key=lambda pair: -pair[1])[:_MOST]) for word, found in table.items()}


def _explained(pairs: Sequence[tuple[_Numbers, _Numbers]], size: int) -> tuple[_Numbers, _Floats]:
    """Pairs of words ``first * size + second`` that stand in one text, sorted, and the chance that first means second.

    ``size`` is the number of second words.
    """
    firsts = np.concatenate([np.tile(first, second.size) for first, second in pairs])
    seconds = np.concatenate([np.repeat(second, first.size) for first, second in pairs])
    lengths = np.concatenate([np.full(second.size, first.size) for first, second in pairs])
    slots = np.repeat(np.arange(lengths.size), lengths)
    keys, places = np.unique(firsts * size + seconds, return_inverse=True)
    chance = np.ones(keys.size)
    for _ in range(_ROUNDS):
        shares = chance[places]
        shares /= np.bincount(slots, shares)[slots]
        counted = np.bincount(places, shares, minlength=keys.size)
        chance = counted / np.bincount(keys // size, counted)[keys // size]
    return keys, chance
