"""Trains the classifier's weights: small networks side by side on the same sentences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nlu.spacy_engine.classifier import Weights

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the classifier is trained; the dropouts are shares left out at each step.

    A feature seen in fewer than ``least_count`` sentences is not learned: it would only be noise. ``scale`` stretches
    the means of embeddings, which are small.
    """

    networks: int = 3
    dimensions: int = 64
    epochs: int = 12
    batch: int = 64
    learning_rate: float = 0.01
    feature_dropout: float = 0.3
    hidden_dropout: float = 0.3
    label_smoothing: float = 0.05
    least_count: int = 2
    scale: float = 6.0
    seed: int = 7


DEFAULT = Recipe()


class _Embeddings:
    """A row for each feature. A step moves the rows of its sentences alone, as ``torch.optim.SparseAdam`` would.

    That one works on sparse tensors, which takes several times as long.
    """

    _FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8

    def __init__(self, features: int, width: int, generator: torch.Generator) -> None:
        self.rows = nn.init.normal_(torch.empty(features, width), std=0.3, generator=generator)
        self._means = torch.zeros_like(self.rows)
        self._squares = torch.zeros_like(self.rows)
        self._steps = 0

    def step(self, which: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Move these rows, each named once, against their gradient."""
        self._steps += 1
        means = self._means.index_select(0, which).lerp_(gradient, 1 - self._FIRST)
        squares = self._squares.index_select(0, which).mul_(self._SECOND)
        squares.addcmul_(gradient, gradient, value=1 - self._SECOND)
        self._means.index_copy_(0, which, means)
        self._squares.index_copy_(0, which, squares)
        unbiased = (1 - self._SECOND**self._steps) ** 0.5 / (1 - self._FIRST**self._steps)
        change = means.div_(squares.sqrt_().add_(self._LEAST))
        self.rows.index_add_(0, which, change, alpha=-rate * unbiased)


class _Networks(nn.Module):
    """The networks, trained together: one lookup serves them all."""

    def __init__(self, intents: int, recipe: Recipe, generator: torch.Generator) -> None:
        super().__init__()
        self.shape = (recipe.networks, recipe.dimensions)
        self.scale, self.dropout, self.generator = recipe.scale, recipe.hidden_dropout, generator
        self.output = nn.Parameter(torch.empty(*self.shape, intents))
        self.bias = nn.Parameter(torch.zeros(recipe.networks, 1, intents))
        nn.init.normal_(self.output, std=(2 / (recipe.dimensions + intents)) ** 0.5, generator=generator)

    def forward(self, means: torch.Tensor) -> torch.Tensor:
        """Scores of shape (networks, sentences, intents) for the means of the sentences' embeddings."""
        hidden = torch.relu(means * self.scale)
        kept = torch.rand(hidden.shape, generator=self.generator) >= self.dropout
        hidden = (hidden * kept / (1 - self.dropout)).view(-1, *self.shape).transpose(0, 1)
        return torch.bmm(hidden, self.output) + self.bias


def fit(sentences: Sequence[Sequence[int]], intents: Sequence[int], count: int, recipe: Recipe) -> Weights:
    """Weights that tell ``count`` intents; ``sentences`` are feature ids. The same input gives the same weights."""
    seen = Counter(feature for ids in sentences for feature in ids)
    known = sorted(feature for feature, often in seen.items() if often >= recipe.least_count)
    rows = {feature: row for row, feature in enumerate(known)}
    bags = [np.array([rows[feature] for feature in ids if feature in rows], dtype=np.int64) for ids in sentences]
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # the order of sums, and so the result, would depend on the number of threads
    try:
        embeddings, networks = _train(bags, np.asarray(intents), len(known), count, recipe)
    finally:
        torch.set_num_threads(before)
    return Weights(
        np.array(known, dtype=np.int64),
        (embeddings.rows * recipe.scale).numpy().astype(np.float16),
        networks.output.detach().numpy().copy(),
        networks.bias.detach().numpy()[:, 0].copy(),
    )


def _train(bags: list[Ids], intents: Ids, features: int, count: int, recipe: Recipe) -> tuple[_Embeddings, _Networks]:
    chance, generator = np.random.default_rng(recipe.seed), torch.Generator().manual_seed(recipe.seed)
    embeddings = _Embeddings(features, recipe.networks * recipe.dimensions, generator)
    networks = _Networks(count, recipe, generator)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    dense = torch.optim.AdamW(networks.parameters(), weight_decay=0.0)
    for epoch in range(recipe.epochs):
        rate = recipe.learning_rate * (1 - epoch / recipe.epochs)
        dense.param_groups[0]["lr"] = rate / 2
        for chosen in np.array_split(chance.permutation(len(bags)), max(1, len(bags) // recipe.batch)):
            ids, offsets = _thinned([bags[row] for row in chosen], recipe.feature_dropout, chance)
            which, places = torch.unique(ids, return_inverse=True)
            rows = embeddings.rows.index_select(0, which).requires_grad_()
            means = nn.functional.embedding_bag(places, rows, offsets, mode="mean")
            truth = torch.from_numpy(intents[chosen])
            loss = torch.stack([loss_of(scores, truth) for scores in networks(means)]).sum()
            gradient, *others = torch.autograd.grad(loss, (rows, *networks.parameters()))
            for parameter, own in zip(networks.parameters(), others, strict=True):
                parameter.grad = own
            dense.step()
            embeddings.step(which, gradient, rate)
    return embeddings, networks


def _thinned(bags: Sequence[Ids], share: float, chance: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """The ids of sentences one after the other without a share of them, and where each sentence begins.

    A sentence that would lose all its ids keeps them.
    """
    ids = np.concatenate(bags)
    places = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    kept = chance.random(len(ids)) >= share
    left = np.bincount(places[kept], minlength=len(bags))
    kept |= left[places] == 0
    begins = np.cumsum(np.bincount(places[kept], minlength=len(bags)))
    return torch.from_numpy(ids[kept]), torch.from_numpy(np.concatenate(([0], begins[:-1])))
