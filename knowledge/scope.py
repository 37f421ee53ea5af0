"""Whether a question is the business of any town hall, told by its words and letters before any service is found.

The lexicon's questions are; those of nobody's office are not. How near a question comes to single known ones says less:
what people ask elsewhere has no end, but the ways of asking a city have something in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from knowledge.text import fold, hash_ngrams, hash_words

Floats = npt.NDArray[np.float32]

_BUCKETS = 1 << 18
_NGRAM_SIZES = (2, 3, 4, 5)
# How far the weights may go; of 3, 10 and 30 the middle one told the development questions apart best.
_FREEDOM = 10.0


@dataclass(frozen=True, slots=True)
class ScopeModel:
    """A linear model over hashed words, pairs of words and n-grams; ``weights`` has shape (buckets,)."""

    weights: Floats
    bias: Floats

    @classmethod
    def learn(cls, inside: Sequence[str], outside: Sequence[str]) -> Self:
        """The model that tells questions to a city (``inside``) from those to nobody's office; deterministic.

        Without questions of both kinds it says nothing: every question is as likely foreign as not.
        """
        if not inside or not outside:
            return cls(np.zeros(_BUCKETS, dtype=np.float32), np.zeros(1, dtype=np.float32))
        # Only who learns needs it; a server answers without it and starts sooner.
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        features = _matrix([*inside, *outside])
        labels = np.repeat((0, 1), (len(inside), len(outside)))
        learned = LogisticRegression(C=_FREEDOM, class_weight="balanced", max_iter=200).fit(features, labels)
        return cls(learned.coef_[0].astype(np.float32), learned.intercept_.astype(np.float32))

    def foreignness(self, text: str) -> float:
        """The log-odds that no town hall is meant: above nought more likely than not, where both were as frequent."""
        buckets = _buckets(text)
        return float(self.weights[buckets].sum() / np.sqrt(max(buckets.size, 1)) + self.bias[0])


def _buckets(text: str) -> npt.NDArray[np.int64]:
    folded = fold(text)
    words = folded.split()
    pairs = [" ".join(pair) for pair in pairwise(("<", *words, ">"))]
    hashes = np.concatenate((hash_ngrams(folded, _NGRAM_SIZES), hash_words(words), hash_words(pairs)))
    return np.unique(hashes % np.uint64(_BUCKETS)).astype(np.int64)


def _matrix(texts: Sequence[str]) -> csr_matrix:
    """One row a text, each of length one, so that long questions say no more than short ones."""
    rows = [_buckets(text) for text in texts]
    lengths = np.array([row.size for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    return csr_matrix((values, np.concatenate(rows), np.cumsum((0, *lengths))), shape=(len(texts), _BUCKETS))
