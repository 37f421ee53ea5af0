"""Compounds that a recogniser has taken apart: "reise pass" is one word of a service's name."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from assistant.model import Language
from assistant.ports import Catalogue

_LEAST_PART, _LEAST = 3, 7
_LINKS = ("", "s", "n", "en")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Compounds:
    """The longer words of the services' names in German, kept until the catalogue changes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._revision: str | None = None
        self._words: Mapping[str, str] = {}

    def put_together(self, text: str) -> str:
        """The text with every two words as one that are one in a name; the sound that links them may be missing."""
        words = text.split()
        made: list[str] = []
        skips = False
        for word, following in pairwise([*words, ""]):
            if skips:
                skips = False
                continue
            whole = self._one(word, following)
            skips = whole is not None
            made.append(whole or word)
        return " ".join(made)

    def _one(self, first: str, second: str) -> str | None:
        if min(len(first), len(second)) < _LEAST_PART:
            return None
        wholes = ((first + link + second).casefold() for link in _LINKS)
        return next((self._known()[whole] for whole in wholes if whole in self._known()), None)

    def _known(self) -> Mapping[str, str]:
        """Each word as it is written, by its letters alone: "Online-Ausweis" is heard as two words too."""
        if self._revision != self._catalogue.revision:
            self._revision = self._catalogue.revision
            self._words = {word.replace("-", ""): word for word in self._names() if len(word) >= _LEAST}
        return self._words

    def _names(self) -> Iterator[str]:
        for service in self._catalogue.services():
            text = service.text(Language.DE)
            for name in (text.title, *text.synonyms):
                yield from _WORD.findall(name.casefold())
