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


class _Networks(nn.Module):
    """The networks, trained together: one lookup serves them all."""

    def __init__(self, features: int, intents: int, recipe: Recipe, generator: torch.Generator) -> None:
        super().__init__()
        self.shape = (recipe.networks, recipe.dimensions)
        self.scale, self.dropout, self.generator = recipe.scale, recipe.hidden_dropout, generator
        self.embedding = nn.EmbeddingBag(features, recipe.networks * recipe.dimensions, mode="mean", sparse=True)
        self.output = nn.Parameter(torch.empty(*self.shape, intents))
        self.bias = nn.Parameter(torch.zeros(recipe.networks, 1, intents))
        nn.init.normal_(self.embedding.weight, std=0.3, generator=generator)
        nn.init.normal_(self.output, std=(2 / (recipe.dimensions + intents)) ** 0.5, generator=generator)

    def forward(self, ids: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
        """Scores of shape (networks, sentences, intents)."""
        hidden = torch.relu(self.embedding(ids, offsets) * self.scale)
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
        networks = _train(bags, np.asarray(intents), len(known), count, recipe)
    finally:
        torch.set_num_threads(before)
    return Weights(
        np.array(known, dtype=np.int64),
        (networks.embedding.weight.detach() * recipe.scale).numpy().astype(np.float16),
        networks.output.detach().numpy().copy(),
        networks.bias.detach().numpy()[:, 0].copy(),
    )


def _train(bags: list[Ids], intents: Ids, features: int, count: int, recipe: Recipe) -> _Networks:
    chance = np.random.default_rng(recipe.seed)
    networks = _Networks(features, count, recipe, torch.Generator().manual_seed(recipe.seed))
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    sparse = torch.optim.SparseAdam([networks.embedding.weight], lr=recipe.learning_rate)
    dense = torch.optim.AdamW([networks.output, networks.bias], lr=recipe.learning_rate / 2, weight_decay=0.0)
    for epoch in range(recipe.epochs):
        for optimiser, rate in ((sparse, recipe.learning_rate), (dense, recipe.learning_rate / 2)):
            optimiser.param_groups[0]["lr"] = rate * (1 - epoch / recipe.epochs)
        for chosen in np.array_split(chance.permutation(len(bags)), max(1, len(bags) // recipe.batch)):
            ids, offsets = _joined([_thinned(bags[row], recipe.feature_dropout, chance) for row in chosen])
            truth = torch.from_numpy(intents[chosen])
            loss = torch.stack([loss_of(scores, truth) for scores in networks(ids, offsets)]).sum()
            sparse.zero_grad()
            dense.zero_grad()
            loss.backward()
            sparse.step()
            dense.step()
    return networks


def _thinned(ids: Ids, share: float, chance: np.random.Generator) -> Ids:
    kept = ids[chance.random(len(ids)) >= share]
    return kept if len(kept) else ids


def _joined(bags: Sequence[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
    starts = np.cumsum([0, *(len(ids) for ids in bags[:-1])])
    return torch.from_numpy(np.concatenate(bags)), torch.from_numpy(starts)
