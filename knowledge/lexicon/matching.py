"""Which services of a catalogue a lexicon entry speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from assistant.model import Language, Service
from knowledge.lexicon.entries import LexiconEntry
from knowledge.text import fold, hash_ngrams, hash_words, stems

Matrix = npt.NDArray[np.float64]

_NGRAM_SIZES = (4, 5)
_BUCKETS = 1 << 18
# A word as a whole says more than its parts, which are there for compounds and typing errors.
_NGRAM_WEIGHT = 0.3
_SUMMARY_LENGTH = 400
# Whoever comes near a service's best entry speaks of it too; an entry without a service of its own speaks of the one
# that covers it ("Express-Reisepass" where a catalogue has but "Reisepass").
_BEST_OF_SERVICE = 0.27
_NEXT_TO_BEST_ENTRY = 0.9
_BEST_OF_ENTRY = 0.47
_NEXT_TO_BEST_SERVICE = 0.92
_OF_SERVICES_BEST = 0.6
# Below this nobody speaks of the entry's matter; between this and a match nobody knows, so the entry is no proof of
# anything: it neither teaches a service nor serves as a question about something that the catalogue lacks.
_NEAR = 0.40
# A LeiKa key that several services share names their field; which of them is meant the names tell.
_KEYED = 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """A lexicon entry with the services it speaks of.

    ``shares`` tell for each of the services how near it is (0–1), the nearest being 1; ``similarity`` (0–1) is that of
    the nearest service; ``absent`` says that the catalogue surely has none.
    """

    entry: LexiconEntry
    service_ids: tuple[str, ...]
    similarity: float
    absent: bool
    shares: tuple[float, ...] = ()


def match_lexicon(entries: Sequence[LexiconEntry], services: Sequence[Service]) -> tuple[Match, ...]:
    """One match an entry: by the names both bear, nearer where they share a LeiKa key."""
    if not entries or not services:
        return tuple(Match(entry, (), 0.0, absent=True) for entry in entries)
    similarities = _similarities(entries, services) + _KEYED * _share_key(entries, services)
    matched = _matched(similarities)
    return tuple(
        _match(entry, row, nearness, services)
        for entry, row, nearness in zip(entries, matched, similarities, strict=True)
    )


def _match(entry: LexiconEntry, row: npt.NDArray[np.bool_], nearness: Matrix, services: Sequence[Service]) -> Match:
    meant = np.flatnonzero(row)
    return Match(
        entry,
        tuple(services[int(index)].id for index in meant),
        min(float(nearness.max()), 1.0),
        absent=bool(nearness.max() < _NEAR and not meant.size),
        shares=tuple((nearness[meant] / nearness[meant].max()).round(3).tolist()) if meant.size else (),
    )


def _matched(similarities: Matrix) -> npt.NDArray[np.bool_]:
    """Which pairs belong together, shape (entries, services)."""
    best_of_service = similarities.max(axis=0, keepdims=True)
    best_of_entry = similarities.max(axis=1, keepdims=True)
    from_service = (similarities >= _BEST_OF_SERVICE) & (similarities >= best_of_service * _NEXT_TO_BEST_ENTRY)
    from_entry = (
        (similarities >= _BEST_OF_ENTRY)
        & (similarities >= best_of_entry * _NEXT_TO_BEST_SERVICE)
        & (similarities >= best_of_service * _OF_SERVICES_BEST)
    )
    return np.asarray(from_service | from_entry)


def _share_key(entries: Sequence[LexiconEntry], services: Sequence[Service]) -> Matrix:
    """1 where entry and service have a LeiKa key in common, less the more services share it, shape as above."""
    bearers: dict[str, list[int]] = {}
    for index, service in enumerate(services):
        if service.leika_key:
            bearers.setdefault(service.leika_key, []).append(index)
    shared = np.zeros((len(entries), len(services)))
    for row, entry in enumerate(entries):
        for key in entry.leika_keys:
            for index in bearers.get(key, ()):
                shared[row, index] = max(shared[row, index], 1 / len(bearers[key]) ** 0.5)
    return shared


def _similarities(entries: Sequence[LexiconEntry], services: Sequence[Service]) -> Matrix:
    """Nearness of every entry to every service by their German names, shape (entries, services), about 0–1.

    Each one's title is sought among the other's names and in its summary, and all names of both are compared at once:
    one word in common proves little ("Pflege").
    """
    those, these = _Views.of_entries(entries), _Views.of_services(services)
    rarity = _rarity(those.texts, these.texts)
    titles_found = _covered(these.titles, those, rarity).T
    entries_found = _covered(those.titles, these, rarity)
    together = _unit(_damped(those.names) @ rarity) @ _unit(_damped(these.names) @ rarity).T
    return np.asarray(0.5 * np.sqrt(titles_found * entries_found) + 0.5 * together.toarray())


@dataclass(frozen=True, slots=True)
class _Views:
    """What is known of each entry or service, one row each, columns are hashed words and parts of words, weighted.

    ``titles`` alone, ``names`` with everyday words, ``texts`` with the summary as well.
    """

    titles: sparse.csr_matrix
    names: sparse.csr_matrix
    texts: sparse.csr_matrix

    @classmethod
    def of_entries(cls, entries: Sequence[LexiconEntry]) -> "_Views":
        german = Language.DE
        titles = [f"{entry.titles[german]} {entry.leika_hint or ''}" for entry in entries]
        terms = [" ".join(entry.terms.get(german, ())) for entry in entries]
        return cls._of(titles, terms, [entry.summaries.get(german, "") for entry in entries])

    @classmethod
    def of_services(cls, services: Sequence[Service]) -> "_Views":
        texts = [service.text(Language.DE) for service in services]
        names = [" ".join(text.synonyms) for text in texts]
        return cls._of([text.title for text in texts], names, [text.summary[:_SUMMARY_LENGTH] for text in texts])

    @classmethod
    def _of(cls, titles: Sequence[str], names: Sequence[str], summaries: Sequence[str]) -> "_Views":
        counted = _counts(titles)
        named = counted + _counts(names)
        return cls(counted, named, named + _counts(summaries))


def _counts(texts: Sequence[str]) -> sparse.csr_matrix:
    rows = [_features(text) for text in texts]
    indptr = np.cumsum([0, *(buckets.size for buckets, _ in rows)])
    buckets = np.concatenate([row[0] for row in rows])
    weights = np.concatenate([row[1] for row in rows])
    matrix = sparse.csr_matrix((weights, buckets, indptr), shape=(len(rows), _BUCKETS))
    matrix.sum_duplicates()
    return matrix


def _features(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    folded = fold(text)
    words = hash_words(f"w {stem}" for stem in stems(folded, Language.DE))
    ngrams = hash_ngrams(folded, _NGRAM_SIZES)
    buckets = (np.concatenate((words, ngrams)) % np.uint64(_BUCKETS)).astype(np.int64)
    return buckets, np.concatenate((np.ones(words.size), np.full(ngrams.size, _NGRAM_WEIGHT)))


def _rarity(*views: sparse.csr_matrix) -> sparse.dia_matrix:
    """How much a word or part of one tells: the fewer entries and services hold it, the more."""
    held = sum(np.bincount(view.indices, minlength=_BUCKETS) for view in views)
    rows = sum(view.shape[0] for view in views)
    return sparse.diags(np.log(1 + rows / np.maximum(held, 1)))


def _covered(titles: sparse.csr_matrix, others: _Views, rarity: sparse.dia_matrix) -> Matrix:
    """The share of each title that stands among the others' names and texts, shape (titles, others)."""
    weighted = titles @ rarity
    whole = np.maximum(np.asarray(weighted.sum(axis=1)), 1e-9)
    among_names, in_texts = ((weighted @ view.sign().T).toarray() / whole for view in (others.names, others.texts))
    return np.asarray((among_names + in_texts) / 2)


def _damped(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """A word said often says little more than one said once."""
    return counts.log1p()


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)) @ matrix
