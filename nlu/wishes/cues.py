"""Word classes that mean the same in every language: with them, what one language teaches helps the others."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Self

import yaml

from nlu.spacy_engine.words import fold

_WHOLE = "_"
_ARABIC = re.compile(r"^[وف]?(?:ال|بال|لل|ب|ل|ك)?(?=[\u0621-\u06cc]{2})")  # and, so; the, in, for, as


class WordClasses:
    """Tells which classes of words occur among words."""

    def __init__(self, classes: Iterable[tuple[str, str]]) -> None:
        """``classes`` are pairs of a word or some, by how they begin, and the class; "_" ends a whole word."""
        self._words: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, set[str]] = defaultdict(set)
        for beginning, name in classes:
            whole = beginning.endswith(_WHOLE)
            words = [fold(word) for word in beginning.removesuffix(_WHOLE).split()]
            if len(words) == 1:
                self._words[words[0] + _WHOLE * whole].add(name)
            elif words:
                self._phrases[f" {' '.join(words)}" + " " * whole].add(name)
        self._longest = max(map(len, self._words), default=0)

    @classmethod
    @cache
    def load(cls) -> Self:
        """The classes of ``cues.yaml``: beginnings of words by language."""
        content = yaml.safe_load(files(__package__).joinpath("cues.yaml").read_text(encoding="utf-8"))
        return cls(
            (word, name) for name, languages in content.items() for words in languages.values() for word in words
        )

    def found(self, words: Sequence[str]) -> list[str]:
        """The classes, by name, that occur among folded words."""
        bare = [_ARABIC.sub("", word) for word in words]
        said = f" {' '.join(words)} \n {' '.join(bare)} "
        found = {name for word in {*words, *bare} for name in self._of(word)}
        return sorted(found.union(*(names for phrase, names in self._phrases.items() if phrase in said)))

    def _of(self, word: str) -> set[str]:
        beginnings = (word[:length] for length in range(1, min(len(word), self._longest) + 1))
        return set().union(*(self._words[one] for one in (*beginnings, word + _WHOLE) if one in self._words))
