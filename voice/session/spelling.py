"""Names and codes as people spell them: letter names, both German alphabets, "A wie Anton", umlauts, double letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.model import Language
from voice.session.commands import plain
from voice.session.numbers import NumberWords, dictation_of, numbers_of

_NAME_LENGTH = 4
_ALIKE = 0.75
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Spelt:
    """The symbols of what was said, and how many of its words were none."""

    symbols: str
    strange: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether it was spelled, and nothing else."""
        return bool(self.symbols) and not self.strange


class Spelling:
    """The letters of one language, with its digits."""

    def __init__(self, table: dict[str, Any], numbers: NumberWords) -> None:
        self._letters = {name: letter for letter, names in table["letters"].items() for name in names.split(",")}
        names = (name for name in self._letters if len(name) >= _NAME_LENGTH and " " not in name)
        self._names = tuple(sorted(names))
        self._said_as = {letter: _alphabet_name(names) for letter, names in table["letters"].items()}
        spelling = table["spelling"]
        self._as_in = tuple(spelling["as_in"])
        self._double = frozenset(spelling["double"])
        self._between = frozenset(spelling["between"])
        self._numbers = numbers

    @property
    def likely(self) -> tuple[str, ...]:
        """The words of letters, for the recogniser."""
        return (*self._letters, *self._as_in, *self._double)

    def symbols(self, text: str) -> Spelt:
        """The letters (lower case) and digits in their order."""
        read = tuple(self._read(plain(text).split()))
        return Spelt("".join(one for one in read if one), sum(one is None for one in read))

    def is_spelt(self, text: str) -> bool:
        """Whether a text is rather spelled than said as a word."""
        words = plain(text).split()
        return len(words) > 1 and self.symbols(text).is_clear

    def said(self, symbols: str) -> str:
        """Symbols as they are read out: letters by the alphabet ("Aachen"), digits as they are called."""
        digits = {str(value): word for word, value in reversed(self._numbers.digit_names)}
        return ", ".join(digits.get(one) or self._said_as.get(one.lower(), one) for one in symbols)

    def _read(self, words: Sequence[str]) -> Iterator[str | None]:
        at = 0
        while at < len(words):
            taken, letters = self._next(words, at)
            yield letters
            at += taken

    def _next(self, words: Sequence[str], at: int) -> tuple[int, str | None]:
        """How many words stand for the next symbols, and which; None for a word that stands for none."""
        word = words[at]
        is_name = " ".join(words[at : at + 2]) in self._letters  # "double you"
        if word in self._double and not is_name and at + 1 < len(words):
            taken, letters = self._next(words, at + 1)
            if letters:
                return taken + 1, letters * 2
        taken, letters = self._one(words, at)
        if letters is not None:
            return taken, letters
        if (value := self._numbers.digits(word)).is_clear:
            return 1, value.digits
        return 1, "" if word in self._between else None

    def _one(self, words: Sequence[str], at: int) -> tuple[int, str | None]:
        """A letter by its name, with the word it begins where one is said."""
        for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            letter = self._letters.get(" ".join(words[at : at + count]))
            if letter is not None:
                return self._as_said(words, at, count, letter)
        letter = self._alike(words[at])
        for lead in self._as_in:  # the letter itself was misheard, its word tells
            length = len(lead.split())
            after = at + 1 + length
            if " ".join(words[at + 1 : after]) == lead and after < len(words):
                return 2 + length, self._of_word(words[after])
        return 1, letter

    def _as_said(self, words: Sequence[str], at: int, count: int, letter: str) -> tuple[int, str]:
        for lead in self._as_in:
            length = len(lead.split())
            after = at + count + length
            if " ".join(words[at + count : after]) == lead and after < len(words):
                told = self._letters.get(words[after]) or self._alike(words[after])
                return count + length + 1, told or self._of_word(words[after], letter)
        return count, letter

    def _of_word(self, word: str, said: str = "") -> str:
        """The letter that "… wie Wort" means: that of the alphabet, else the one said where the word begins with it."""
        known = self._letters.get(word) or self._alike(word)
        return known or (said if word.startswith(said) and said else word[0])

    def _alike(self, word: str) -> str | None:
        """The letter of a word of the alphabet that the recogniser got slightly wrong."""
        if len(word) < _NAME_LENGTH:
            return None
        found = process.extractOne(word, self._names, scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE)
        return self._letters[found[0]] if found else None


@cache
def spelling_of(language: Language) -> Spelling:
    """The letters of a language; in one the line does not speak, of German."""
    return Spelling(dictation_of(language), numbers_of(language))


def _alphabet_name(names: str) -> str:
    """The first word of an alphabet among the names of a letter, as it is read out."""
    told = names.split(",")
    return next((name for name in told if len(name) >= _NAME_LENGTH and " " not in name), told[0]).capitalize()
