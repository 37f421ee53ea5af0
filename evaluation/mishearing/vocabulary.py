"""The words a recogniser knows, how common they are, and which of them sound alike."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.model import Language
from evaluation.mishearing.said import said
from evaluation.mishearing.sounds import sounds_of
from knowledge.lexicon import bundled_lexicon
from nlu.training_data import load_training_data

LANGUAGES = (Language.DE, Language.EN)
"""The languages whose callers can be misheard."""

_ALIKE, _MOST_ALIKE = 0.3, 30
_SHARPNESS = 2.5
_LITTLE_WORDS, _LITTLE = 80, 4
_STEM_LEAST, _ENDING_MOST = 3, 2
_PART_LEAST = 4
_MISSPELLED = 3
_LINKS = ("", "s", "n", "en", "es")


@dataclass(frozen=True, slots=True)
class Alike:
    """A word that may be heard instead of another; ``weight`` says how likely, among the others."""

    word: str
    weight: float


class Vocabulary:
    """Words of one language with how often each is said."""

    def __init__(self, language: Language, counts: Mapping[str, int]) -> None:
        self._language = language
        self._counts = dict(counts)
        self._words = sorted(counts)
        self._sounds = [sounds_of(word, language) for word in self._words]
        common = sorted(counts, key=lambda word: (-counts[word], word))
        self.little_words = tuple(word for word in common if len(word) <= _LITTLE)[:_LITTLE_WORDS]
        """The commonest short words, which are put in most easily."""
        self.alike = lru_cache(maxsize=8192)(self._alike)
        self.inflected = lru_cache(maxsize=8192)(self._inflected)

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def __len__(self) -> int:
        return len(self._counts)

    def parts(self, word: str) -> tuple[str, str] | None:
        """The two known words of which a longer one is made, the commonest ones; None where it is of none."""
        found = [
            (word[:at], rest)
            for at in range(_PART_LEAST, len(word) - _PART_LEAST + 1)
            if (rest := word[at:]) in self._counts and self._first_part(word[:at])
        ]
        return max(found, key=lambda pair: min(self._first_part(pair[0]), self._counts[pair[1]]), default=None)

    def _first_part(self, part: str) -> int:
        """How common a word is that has the sounds which link it to the next one; 0 for none."""
        return max(self._counts.get(part.removesuffix(link), 0) for link in _LINKS if part.endswith(link))

    def _alike(self, word: str) -> tuple[Alike, ...]:
        """The known words that sound most like it, itself not among them; the nearer and the commoner, the likelier."""
        sounds = sounds_of(word, self._language)
        found = process.extract(
            sounds, self._sounds, scorer=Levenshtein.normalized_similarity, limit=_MOST_ALIKE + 1, score_cutoff=_ALIKE
        )
        return tuple(
            Alike(other, similarity**_SHARPNESS * self._counts[other] ** 0.5)
            for _, similarity, place in found
            if (other := self._words[place]) != word
        )

    def _inflected(self, word: str) -> tuple[Alike, ...]:
        """The known words that differ in the ending only."""
        return tuple(Alike(other, float(self._counts[other] ** 0.5)) for other in self._of_stem(word) if other != word)

    def _of_stem(self, word: str) -> Iterator[str]:
        for cut in range(_ENDING_MOST + 1):
            stem = word[: len(word) - cut]
            if len(stem) >= _STEM_LEAST:
                yield from (stem + ending for ending in _ENDINGS[self._language] if stem + ending in self._counts)


_ENDINGS: Mapping[Language, tuple[str, ...]] = {
    Language.DE: ("", "e", "en", "er", "es", "em", "n", "s", "t", "st"),
    Language.EN: ("", "s", "ed", "ing", "er", "d", "es"),
}


@cache
def vocabulary(language: Language) -> Vocabulary:
    """What is said in that language to a town hall: names and questions of the lexicon, what is said to Roland."""
    counts = Counter(word for text in _texts(language) for word in said(text, language))
    return Vocabulary(language, _spelled_right(counts, language))


def _spelled_right(counts: Mapping[str, int], language: Language) -> Mapping[str, int]:
    """The words without misspellings, of which the sentences have some: longer ones that sound like a commoner word."""
    commonest: Counter[str] = Counter()
    for word, often in counts.items():
        commonest[sounds_of(word, language)] = max(commonest[sounds_of(word, language)], often)
    return {
        word: often
        for word, often in counts.items()
        if len(word) <= _LITTLE or often * _MISSPELLED >= commonest[sounds_of(word, language)]
    }


def _texts(language: Language) -> Iterable[str]:
    for entry in bundled_lexicon():
        yield entry.titles.get(language, "")
        yield from entry.terms.get(language, ())
        yield from entry.questions.get(language, ())
    for example in load_training_data(languages=(language,)).examples:
        yield example.text
