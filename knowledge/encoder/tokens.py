"""Texts as rows of an embedding table: hashed words and hashed character n-grams."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from knowledge.text import Hashes, fold, hash_ngrams, hash_ngrams_each, hash_words

TokenIds = npt.NDArray[np.int64]

_TOGETHER = 2_000
"""How many texts are hashed at once: many enough to be quick, few enough to need little memory."""


@dataclass(frozen=True, slots=True)
class Hashing:
    """How texts become token ids: the first ``word_buckets`` rows belong to words, the rest to n-grams."""

    word_buckets: int = 1 << 15
    ngram_buckets: int = 1 << 17
    ngram_sizes: tuple[int, ...] = (3, 4, 5)

    @property
    def rows(self) -> int:
        """The number of rows of the embedding table."""
        return self.word_buckets + self.ngram_buckets

    def token_ids(self, text: str) -> TokenIds:
        """The rows of one text, shape (tokens,); never empty, so that every text has a vector."""
        folded = fold(text)
        return self._rows_of(hash_words(folded.split()), hash_ngrams(folded, self.ngram_sizes))

    def token_ids_each(self, texts: Sequence[str]) -> list[TokenIds]:
        """``token_ids`` of every text, in a fraction of the time that they take one by one."""
        parts = (texts[start : start + _TOGETHER] for start in range(0, len(texts), _TOGETHER))
        return [ids for part in parts for ids in self._together(part)]

    def _together(self, texts: Sequence[str]) -> Iterator[TokenIds]:
        folded = [fold(text) for text in texts]
        words = [text.split() for text in folded]
        hashed = np.split(hash_words(chain.from_iterable(words)), np.cumsum([len(found) for found in words])[:-1])
        return map(self._rows_of, hashed, hash_ngrams_each(folded, self.ngram_sizes))

    def _rows_of(self, words: Hashes, ngrams: Hashes) -> TokenIds:
        of_words = words % np.uint64(self.word_buckets)
        of_ngrams = ngrams % np.uint64(self.ngram_buckets) + np.uint64(self.word_buckets)
        ids = np.concatenate((of_words, of_ngrams)).astype(np.int64)
        return ids if ids.size else np.zeros(1, dtype=np.int64)

    def batch(self, texts: Sequence[str]) -> tuple[TokenIds, TokenIds]:
        """The rows of all texts in one array, and where in it each text begins."""
        return join(self.token_ids_each(texts))


def join(rows: Sequence[TokenIds]) -> tuple[TokenIds, TokenIds]:
    """Token ids of several texts in one array, and where in it each text begins."""
    if not rows:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    lengths = np.fromiter((row.size for row in rows), dtype=np.int64, count=len(rows))
    return np.concatenate(rows), np.cumsum(lengths) - lengths
