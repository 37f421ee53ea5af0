"""Words and character n-grams of what services are called and say, weighted by BM25 (bm25s), one index a field."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from knowledge.text import Hashes

Shares = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[Any]]

_ARRAYS = ("weights", "services", "starts", "tokens", "peaks")


@dataclass(frozen=True, slots=True)
class LexicalSettings:
    """``most_postings`` bounds the work of one question in one field: its rarest tokens are looked up first."""

    ngram_sizes: tuple[int, ...] = (3, 4, 5)
    saturation: float = 1.2
    length_penalty: float = 0.5
    most_postings: int = 30_000


class LexicalField:
    """One field of all services: for every token the services that hold it, each with its BM25 weight.

    bm25s computes the weights; its own retrieval visits every service for every question, this one only the postings.
    """

    def __init__(self, arrays: Arrays, service_count: int, most_postings: int) -> None:
        self._weights, self._services, self._starts, self._tokens, self._peaks = (arrays[name] for name in _ARRAYS)
        self._arrays = arrays
        self._service_count = service_count
        self._most_postings = most_postings
        self._peak_of_unknown = float(self._peaks.max()) if self._peaks.size else 1.0

    @classmethod
    def build(cls, texts: Sequence[Hashes], settings: LexicalSettings) -> "LexicalField":
        """A field over the tokens of each service's text."""
        joined = np.concatenate([np.empty(0, np.uint64), *texts])
        tokens, places = np.unique(joined, return_inverse=True)
        if not tokens.size:
            return cls(_empty(), len(texts), settings.most_postings)
        ends = np.cumsum([text.size for text in texts])
        ids = [part.tolist() for part in np.split(places, ends[:-1])]
        model = bm25s.BM25(k1=settings.saturation, b=settings.length_penalty, csc_backend="scipy")
        built = model.build_index_from_ids(range(tokens.size), ids, show_progress=False)
        starts = built["indptr"].astype(np.int64)
        peaks = np.maximum.reduceat(built["data"], starts[:-1])
        arrays = dict(zip(_ARRAYS, (built["data"], built["indices"], starts, tokens, peaks), strict=True))
        return cls(arrays, len(texts), settings.most_postings)

    def save(self, folder: Path) -> None:
        """Write the field's arrays."""
        folder.mkdir(parents=True)
        for name, array in self._arrays.items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path, service_count: int, most_postings: int) -> "LexicalField":
        """The field that ``save`` wrote, mapped into memory."""
        arrays = {name: map_array(folder / f"{name}.npy") for name in _ARRAYS}
        return cls(arrays, service_count, most_postings)

    def shares(self, tokens: Hashes, counting: Shares | None = None) -> Shares:
        """For every service the share (0–1) of the question's weight that it holds, shape (services,).

        The whole weight is what a service would get that held every token at its best; an unknown token counts too,
        so a question about something else gets a low share everywhere. ``counting`` is how much each token counts, 1
        where it is not given.
        """
        if not tokens.size or not self._tokens.size:
            return np.zeros(self._service_count, dtype=np.float32)
        places = np.minimum(np.searchsorted(self._tokens, tokens), self._tokens.size - 1)
        known = self._tokens[places] == tokens
        counts = np.ones(tokens.size, dtype=np.float32) if counting is None else counting
        places, counts, unknown = places[known], counts[known], counts[~known]
        whole = self._peaks[places] @ counts + self._peak_of_unknown * unknown.sum()
        services, weights = self._postings(places, counts)
        sums = np.bincount(services, weights, minlength=self._service_count)
        return np.asarray(sums / whole, dtype=np.float32)

    def _postings(
        self, places: npt.NDArray[np.int64], counts: Shares
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """The postings of the rarest tokens, as many as the question may cost, each as much as its token counts."""
        starts, ends = self._starts[places], self._starts[places + 1]
        order = np.argsort(ends - starts, kind="stable")
        affordable = order[np.cumsum((ends - starts)[order]) <= self._most_postings]
        if not affordable.size:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        spans = [slice(start, end) for start, end in zip(starts[affordable], ends[affordable], strict=True)]
        services = np.concatenate([self._services[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        return services, weights * np.repeat(counts[affordable], (ends - starts)[affordable])


def map_array(path: Path) -> npt.NDArray[Any]:
    """A saved array mapped into memory; a plain view, since slicing numpy's memmap class costs more than the slice."""
    return np.asarray(np.load(path, mmap_mode="r"))


def _empty() -> Arrays:
    return {
        "weights": np.empty(0, np.float32),
        "services": np.empty(0, np.int32),
        "starts": np.zeros(1, np.int64),
        "tokens": np.empty(0, np.uint64),
        "peaks": np.empty(0, np.float32),
    }
