"""What speaks for each service, given a question: the indexes of a catalogue and the features read from them."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.bilingual import WordTable
from knowledge.dense import DenseIndex
from knowledge.lexical import LexicalField
from knowledge.questions import Question
from knowledge.scope import ScopeModel
from knowledge.text import Hashes, hash_ngrams, hash_words

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

WORD_FIELDS = ("title", "synonyms", "lexicon", "questions", "summary", "sections")
NGRAM_FIELDS = ("name_ngrams", "text_ngrams")
# What is asked of these is put into German first, word by word.
GERMAN_FIELDS = ("german", "german_ngrams")
GERMAN_NGRAM_SIZE = 4
FIELDS = WORD_FIELDS + NGRAM_FIELDS + GERMAN_FIELDS
FEATURES = (*FIELDS, "named", "called", "passage", "passages", "asked", "asked_often")

# What a question says of itself: how near it is to those that this catalogue surely does not answer, and whether it
# sounds like one to a town hall at all.
QUESTION_FEATURES = ("elsewhere", "elsewhere_often", "foreignness")
_NEAREST_ELSEWHERE = 3

_DENSE = [FEATURES.index("passage"), FEATURES.index("asked")]


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """``nearest`` vectors of each index and the best ``candidates_per_view`` of each view become candidates."""

    nearest: int = 64
    candidates_per_view: int = 8


@dataclass(frozen=True, slots=True)
class VectorRows:
    """Vectors of all services, one after the other; service ``i`` has the rows ``starts[i]:starts[i + 1]``."""

    vectors: Floats
    starts: Numbers
    index: DenseIndex

    def services_near(self, query: Floats, count: int) -> Numbers:
        """Numbers of the services that have the nearest vectors, each once, nearest first."""
        _, rows = self.index.search(query, count)
        return np.searchsorted(self.starts, rows, side="right") - 1

    def best(self, query: Floats, services: Numbers, count: int) -> tuple[Floats, Floats]:
        """For each service its best similarity and the mean of its ``count`` best; −1 for one without vectors."""
        starts, ends = self.starts[services], self.starts[services + 1]
        lengths = ends - starts
        best = np.full(services.size, -1.0, dtype=np.float32)
        mean = best.copy()
        filled = np.flatnonzero(lengths)
        if filled.size:
            rows = [self.vectors[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
            similarities = np.concatenate(rows) @ query
            first = np.cumsum(lengths[filled]) - lengths[filled]
            # Sorted within each service, best first, so that its best rows are those in front.
            order = np.lexsort((-similarities, np.repeat(filled, lengths[filled])))
            ordered = similarities[order]
            place = np.arange(ordered.size) - np.repeat(first, lengths[filled])
            among_best = np.where(place < count, ordered, 0.0)
            best[filled] = ordered[first]
            mean[filled] = np.add.reduceat(among_best, first) / np.minimum(lengths[filled], count)
        return best, mean


@dataclass(frozen=True, slots=True)
class Phrases:
    """Names of services by hash, sorted: ``services[i]`` is called ``keys[i]``, ``official[i]`` by the catalogue."""

    keys: Hashes
    services: Numbers
    official: npt.NDArray[np.bool_]

    def shares(self, question: Question) -> tuple[dict[int, float], dict[int, float]]:
        """By service, the share of the question's words that its longest name covers: official names, all names."""
        named: dict[int, float] = {}
        called: dict[int, float] = {}
        phrases = question.phrases
        if not phrases:
            return named, called
        wanted = np.fromiter(phrases, dtype=np.uint64, count=len(phrases))
        first, last = np.searchsorted(self.keys, wanted, "left"), np.searchsorted(self.keys, wanted, "right")
        words = max(len(question.content.split()), 1)
        for index in np.flatnonzero(last > first):
            share = min(phrases[int(wanted[index])] / words, 1.0)
            for place in range(int(first[index]), int(last[index])):
                service = int(self.services[place])
                called[service] = max(called.get(service, 0.0), share)
                if self.official[place]:
                    named[service] = max(named.get(service, 0.0), share)
        return named, called


@dataclass(frozen=True, slots=True)
class Candidates:
    """Services that may be meant, by number, with their features, shape (candidates, len(FEATURES)).

    ``question`` are the features of the question itself, shape (len(QUESTION_FEATURES),).
    """

    services: Numbers
    features: Floats
    question: Floats

    def lexical(self, row: int) -> float:
        """The highest of the candidate's lexical shares (0–1), for the trace."""
        return round(float(self.features[row, : len(FIELDS)].max()), 4)

    def dense(self, row: int) -> float:
        """The highest similarity of the candidate's vectors (−1–1), for the trace."""
        return round(float(self.features[row, _DENSE].max()), 4)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All indexes of one built catalogue."""

    service_ids: tuple[str, ...]
    fields: dict[str, LexicalField]
    phrases: Phrases
    passages: VectorRows
    asked: VectorRows
    elsewhere: DenseIndex
    scope: ScopeModel
    words: WordTable
    ngram_sizes: tuple[int, ...]
    settings: EvidenceSettings

    def number_of(self, service_id: str) -> int | None:
        """The service's number, or None for an unknown one."""
        place = bisect_left(self.service_ids, service_id)
        return place if place < len(self.service_ids) and self.service_ids[place] == service_id else None

    def candidates(self, question: Question, query: Floats) -> Candidates:
        """The services that any view of the question points to; ``query`` is the question's vector."""
        named, called = self.phrases.shares(question)
        ngrams = question.ngrams(self.ngram_sizes)
        german = question.in_german(self.words)
        shares = [self.fields[name].shares(question.tokens) for name in WORD_FIELDS]
        shares += [self.fields[name].shares(ngrams) for name in NGRAM_FIELDS]
        sure = np.fromiter(german.values(), dtype=np.float32)
        shares.append(self.fields["german"].shares(hash_words(german), sure))
        shares.append(self.fields["german_ngrams"].shares(*_stem_ngrams(german)))
        views = [_best(share, self.settings.candidates_per_view) for share in shares]
        views += [rows.services_near(query, self.settings.nearest) for rows in (self.passages, self.asked)]
        views.append(np.fromiter(called, dtype=np.int64, count=len(called)))
        services = np.unique(np.concatenate(views))
        own = self._of_question(question, query)
        if not services.size:
            return Candidates(services, np.empty((0, len(FEATURES)), dtype=np.float32), own)
        columns = [share[services] for share in shares]
        columns += [np.array([found.get(int(number), 0.0) for number in services]) for found in (named, called)]
        columns += self.passages.best(query, services, 3)
        columns += self.asked.best(query, services, 5)
        return Candidates(services, np.stack(columns, axis=1).astype(np.float32), own)

    def _of_question(self, question: Question, query: Floats) -> Floats:
        """The best similarity to a question that is answered elsewhere, the mean of the best three, and the scope's."""
        nearest, _ = self.elsewhere.search(query, _NEAREST_ELSEWHERE)
        best, mean = (nearest[0], nearest.mean()) if nearest.size else (-1.0, -1.0)
        return np.array([best, mean, self.scope.foreignness(question.text)], dtype=np.float32)


def _stem_ngrams(stems: Mapping[str, float]) -> tuple[Hashes, Floats]:
    """The n-grams of stems, each once, sorted, with the most that one of its stems counts.

    Those that end a stem are left out: the word it stands for goes on.
    """
    hashes = hash_ngrams(" ".join(stems), (GERMAN_NGRAM_SIZE,))
    # With the spaces beside it, a stem of n letters has n + 3 - size n-grams.
    lengths = np.array([max(len(stem) + 3 - GERMAN_NGRAM_SIZE, 0) for stem in stems], dtype=np.int64)
    last = np.cumsum(lengths)[lengths > 1] - 1
    kept = np.setdiff1d(np.arange(hashes.size), last, assume_unique=True)
    counts = np.repeat(np.fromiter(stems.values(), dtype=np.float32), lengths)[kept]
    ngrams, places = np.unique(hashes[kept], return_inverse=True)
    most = np.zeros(ngrams.size, dtype=np.float32)
    np.maximum.at(most, places, counts)
    return ngrams, most


def _best(shares: Floats, count: int) -> Numbers:
    """Numbers of the services with the highest shares above nought."""
    # Most services hold nothing of a question; partitioning an array of equal noughts is slow.
    some = np.flatnonzero(shares)
    return some if some.size <= count else some[np.argpartition(shares[some], -count)[-count:]]
