"""Nearest vectors: FAISS, exact for small catalogues, inverted lists for large ones."""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DenseSettings:
    """From ``exact_up_to`` vectors on only ``probes`` of some ``4 * sqrt(vectors)`` lists are looked through.

    ``training_vectors_per_list`` vectors are enough to place a list; fewer make it unreliable.
    """

    exact_up_to: int = 8_000
    probes: int = 16
    training_vectors_per_list: int = 40


class DenseIndex:
    """Vectors to be found by inner product; unit length makes that the cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, settings: DenseSettings) -> "DenseIndex":
        """An index over the rows of ``vectors``, shape (rows, dimensions)."""
        rows, dimensions = vectors.shape
        if rows <= settings.exact_up_to:
            exact = faiss.IndexFlatIP(dimensions)
            exact.add(vectors)
            return cls(exact)
        lists = max(1, int(min(4 * np.sqrt(rows), rows / settings.training_vectors_per_list)))
        inverted = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
        inverted.nprobe = settings.probes
        sample = np.random.default_rng(lists).permutation(rows)[: lists * settings.training_vectors_per_list]
        inverted.train(vectors[sample])
        inverted.add(vectors)
        return cls(inverted)

    def save(self, path: Path) -> None:
        """Write the index."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """The index that ``save`` wrote, its vectors mapped into memory, not read."""
        # The older IO_FLAG_MMAP reads lists through prefetching threads, which costs ten times the search itself.
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def search(self, query: Vectors, count: int) -> tuple[Vectors, Indices]:
        """Similarities and numbers of the ``count`` rows nearest to one query, shape (dimensions,); best first."""
        count = min(count, self._index.ntotal)
        if count == 0:
            return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        faiss.omp_set_num_threads(1)  # one question is too little work to share; threads only wake and wait
        similarities, rows = self._index.search(query.reshape(1, -1), count)
        found = rows[0] >= 0
        return similarities[0][found], rows[0][found]
