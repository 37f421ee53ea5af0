"""Nearest vectors, exact and by inverted lists."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.dense import DenseIndex, DenseSettings, Vectors


@pytest.fixture
def vectors() -> Vectors:
    """Two thousand directions."""
    rows = np.random.default_rng(1).normal(size=(2_000, 16)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.mark.parametrize("exact_up_to", [10_000, 100])
def test_a_vector_finds_itself_first(vectors: Vectors, exact_up_to: int, tmp_path: Path) -> None:
    """The nearest row of a row is itself, in both kinds of index, after saving too."""
    index = DenseIndex.build(vectors, DenseSettings(exact_up_to=exact_up_to))
    index.save(tmp_path / "nearest.faiss")
    for found in (index, DenseIndex.load(tmp_path / "nearest.faiss")):
        similarities, rows = found.search(vectors[7], 5)
        assert rows[0] == 7
        assert similarities[0] == pytest.approx(1, abs=1e-5)
        assert (np.diff(similarities) <= 0).all()


def test_an_empty_index_finds_nothing() -> None:
    """No vectors, no neighbours, no error."""
    index = DenseIndex.build(np.empty((0, 4), dtype=np.float32), DenseSettings())
    similarities, rows = index.search(np.ones(4, dtype=np.float32), 3)
    assert similarities.size == rows.size == 0
