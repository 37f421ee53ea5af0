"""Which services of a catalogue a lexicon entry speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from assistant.model import Language, Service
from knowledge.lexicon.entries import LexiconEntry
from knowledge.text import fold, hash_ngrams

Matrix = npt.NDArray[np.float32]

_NGRAM_SIZES = (4, 5)
_TERMS = 3
_BUCKETS = 1 << 18
# A service is one with an entry above _SURE; between _NEAR and _SURE nobody knows, so the entry is no proof of
# anything: it neither teaches the service nor serves as a question about something that the catalogue lacks.
_SURE = 0.55
_NEAR = 0.40
# Services nearly as similar as the best one are meant too (a catalogue splits what the lexicon keeps together).
_NEXT_TO_BEST = 0.9
# A service may be meant by several entries; those far from its best one only share a word with it.
_OF_SERVICES_BEST = 0.75


@dataclass(frozen=True, slots=True)
class Match:
    """A lexicon entry with the services it speaks of.

    ``similarity`` (0–1) is that of the nearest service; ``absent`` says that the catalogue surely has none.
    """

    entry: LexiconEntry
    service_ids: tuple[str, ...]
    similarity: float
    absent: bool


def match_lexicon(entries: Sequence[LexiconEntry], services: Sequence[Service]) -> tuple[Match, ...]:
    """One match an entry: by LeiKa key where the entry has one that the catalogue uses, else by the names."""
    if not entries or not services:
        return tuple(Match(entry, (), 0.0, absent=True) for entry in entries)
    similarities = _similarities(entries, services)
    best_of_service = similarities.max(axis=0)
    by_key: dict[str, list[str]] = {}
    for service in services:
        if service.leika_key:
            by_key.setdefault(service.leika_key, []).append(service.id)
    return tuple(
        _match(entry, row, best_of_service, services, by_key) for entry, row in zip(entries, similarities, strict=True)
    )


def _match(
    entry: LexiconEntry,
    row: npt.NDArray[np.float32],
    best_of_service: npt.NDArray[np.float32],
    services: Sequence[Service],
    by_key: dict[str, list[str]],
) -> Match:
    nearest = float(row.max())
    keyed = [service_id for key in entry.leika_keys for service_id in by_key.get(key, ())]
    if keyed:
        return Match(entry, tuple(dict.fromkeys(keyed)), nearest, absent=False)
    enough = max(_SURE, nearest * _NEXT_TO_BEST)

    meant = (row >= enough) & (row >= best_of_service * _OF_SERVICES_BEST)
    ids = tuple(services[int(index)].id for index in np.flatnonzero(meant))
    return Match(entry, ids, nearest, absent=nearest < _NEAR)


def _similarities(entries: Sequence[LexiconEntry], services: Sequence[Service]) -> Matrix:
    """Nearness of every entry to every service, shape (entries, services), 0–1.

    One word in common proves little ("Pflege"): each one's title is sought among the other's names, and the everyday
    words count together.
    """
    entry_titles = _Names.of([_titles(entry) for entry in entries])
    entry_terms = _Names.of([entry.terms.get(Language.DE, ()) for entry in entries])
    service_titles = _Names.of([[service.text(Language.DE).title] for service in services])
    service_names = _Names.of([_names(service) for service in services])
    weights = _inverse_frequency((entry_titles, entry_terms, service_names))
    by_entry_title = entry_titles.nearness(service_names, weights)
    by_service_title = np.maximum(
        service_titles.nearness(entry_titles, weights), service_titles.nearness(entry_terms, weights)
    ).T
    by_terms = entry_terms.nearness(service_names, weights, count=_TERMS)
    return 0.4 * by_entry_title + 0.4 * by_service_title + 0.2 * by_terms


def _titles(entry: LexiconEntry) -> tuple[str, ...]:
    return (entry.titles[Language.DE], entry.leika_hint or entry.titles[Language.DE])


def _names(service: Service) -> tuple[str, ...]:
    text = service.text(Language.DE)
    return (text.title, *text.synonyms)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names as rows of n-gram counts, each with the index of the entry or service that bears it."""

    vectors: sparse.csr_matrix
    owners: npt.NDArray[np.int64]
    count: int

    @classmethod
    def of(cls, names: Sequence[Sequence[str]]) -> "_Names":
        rows = [_ngrams(name) for of_one in names for name in of_one]
        owners = np.repeat(np.arange(len(names)), [len(of_one) for of_one in names])
        indptr = np.cumsum([0, *(row.size for row in rows)])
        indices = np.concatenate([np.empty(0, dtype=np.int64), *rows])
        shape = (len(rows), _BUCKETS)
        return cls(sparse.csr_matrix((np.ones(indices.size), indices, indptr), shape=shape), owners, len(names))

    def nearness(self, others: "_Names", weights: sparse.dia_matrix, count: int = 1) -> Matrix:
        """For each pair of bearers the mean of the ``count`` nearest names, shape (self.count, others.count)."""
        pairs = (_unit(self.vectors @ weights) @ _unit(others.vectors @ weights).T).tocoo()
        by_name = np.zeros((self.owners.size, others.count), dtype=np.float32)
        np.maximum.at(by_name, (pairs.row, others.owners[pairs.col]), pairs.data.astype(np.float32))
        result = np.zeros((self.count, others.count), dtype=np.float32)
        for owner in range(self.count):
            nearest = np.sort(by_name[self.owners == owner], axis=0)[-count:]
            if nearest.size:
                result[owner] = nearest.mean(axis=0)
        return result


def _ngrams(name: str) -> npt.NDArray[np.int64]:
    return np.unique(hash_ngrams(fold(name), _NGRAM_SIZES) % np.uint64(_BUCKETS)).astype(np.int64)


def _inverse_frequency(names: Sequence[_Names]) -> sparse.dia_matrix:
    frequency = sum(np.bincount(some.vectors.indices, minlength=_BUCKETS) for some in names)
    rows = sum(some.owners.size for some in names)
    return sparse.diags(np.log((1 + rows) / (1 + frequency)))


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)) @ matrix
