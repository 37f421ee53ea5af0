"""What the classifier sees of a sentence: words, word sequences and parts of words, hashed; and word classes."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from zlib import crc32

from spacy.tokens import Doc

from nlu.spacy_engine.words import fold

BUCKETS = 1 << 18
_NGRAM_SIZES = (3, 4, 5)
_MAX_WORDS = 120


def words_of(doc: Doc, *, masked: bool = True) -> list[str]:
    """The folded words; with ``masked``, an entity is one word that only says its kind.

    What somebody asks does not depend on the service they ask about, so its name would only mislead.
    """
    words: list[str] = []
    for token in doc:
        if masked and token.ent_iob_ in {"B", "I"}:
            if token.ent_iob_ == "B":
                words.append(f"[{token.ent_type_}]")
        elif not token.is_space:
            words.append(fold(token.text))
    return words[:_MAX_WORDS]


def feature_ids(words: Sequence[str], cues: Sequence[str]) -> list[int]:
    """The distinct buckets (0 to BUCKETS - 1) a sentence falls into, ascending."""
    return sorted({crc32(feature.encode()) % BUCKETS for feature in (*_of_words(words), *_of_cues(cues))})


class Cues:
    """Tells which word classes occur in a text."""

    def __init__(self, patterns: dict[str, list[str]]) -> None:
        self.patterns = patterns
        self._compiled = [(name, re.compile("|".join(of_name), re.IGNORECASE)) for name, of_name in patterns.items()]

    def found(self, text: str) -> list[str]:
        """Names of the classes that occur, in the order they were given."""
        return [name for name, pattern in self._compiled if pattern.search(text)]


def _of_words(words: Sequence[str]) -> Iterator[str]:
    bounded = ["<", *words, ">"]
    yield from (f"1 {word}" for word in words)
    yield from (f"2 {first} {second}" for first, second in pairwise(bounded))
    yield from (f"3 {' '.join(three)}" for three in zip(bounded, bounded[1:], bounded[2:], strict=False))
    for word in words:
        if not word.startswith("["):
            yield from _parts(f"<{word}>")


def _parts(word: str) -> Iterator[str]:
    for size in _NGRAM_SIZES:
        yield from (f"c {word[start : start + size]}" for start in range(len(word) - size + 1))


def _of_cues(cues: Sequence[str]) -> Iterator[str]:
    yield from (f"q {cue}" for cue in cues)
    yield from (f"q {first} {second}" for first, second in combinations(cues[:12], 2))
