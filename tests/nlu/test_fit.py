"""The training of the classifier."""

import numpy as np
import torch
from torch import nn

from nlu.spacy_engine.fit import _Embeddings, _thinned


def test_embeddings_move_as_sparse_adam_would_move_them() -> None:
    """Some rows at each step, as often as chance has it, against gradients of any size."""
    generator = torch.Generator().manual_seed(1)
    ours = _Embeddings(50, 8, generator)
    theirs = nn.Parameter(ours.rows.clone())
    optimiser = torch.optim.SparseAdam([theirs], lr=0.01)
    for step in range(30):
        which = torch.randperm(50, generator=generator)[: 5 + step % 7]
        gradient = torch.randn(len(which), 8, generator=generator) * 10.0 ** (step % 5 - 3)
        ours.step(which, gradient, 0.01)
        theirs.grad = torch.sparse_coo_tensor(which[None], gradient, theirs.shape, check_invariants=True).coalesce()
        optimiser.step()
    torch.testing.assert_close(ours.rows, theirs.detach(), rtol=1e-5, atol=1e-6)


def test_a_share_of_the_features_is_left_out() -> None:
    """Each sentence keeps most of its own ids in their order."""
    bags = [np.arange(1_000), np.array([], dtype=np.int64), np.arange(2_000, 3_000)]
    ids, begins = _thinned(bags, 0.3, np.random.default_rng(1))
    first, none, last = np.split(ids.numpy(), begins.numpy()[1:])
    assert len(none) == 0
    for bag, kept in ((bags[0], first), (bags[2], last)):
        assert list(kept) == sorted(set(kept) & set(bag))
        assert 0.6 < len(kept) / len(bag) < 0.8


def test_a_sentence_keeps_its_last_feature() -> None:
    """One that would lose all of them keeps all."""
    ids, begins = _thinned([np.array([7]), np.array([8, 9])], 1.0, np.random.default_rng(1))
    assert (list(ids), list(begins)) == ([7, 8, 9], [0, 1])
