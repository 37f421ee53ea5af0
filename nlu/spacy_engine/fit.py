"""Trains the classifier's weights: a mean of feature embeddings, a rectifier, a linear layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nlu.spacy_engine.classifier import Weights
from nlu.spacy_engine.features import BUCKETS


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the classifier is trained; ``feature_dropout`` and ``hidden_dropout`` are shares left out at each step."""

    dimensions: int = 96
    epochs: int = 12
    batch: int = 64
    learning_rate: float = 0.01
    feature_dropout: float = 0.3
    hidden_dropout: float = 0.3
    label_smoothing: float = 0.05
    scale: float = 6.0
    seed: int = 7


DEFAULT = Recipe()


def fit(sentences: Sequence[Sequence[int]], intents: Sequence[int], count: int, recipe: Recipe) -> Weights:
    """Weights that tell ``count`` intents; ``sentences`` are feature ids. The same input gives the same weights."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # the order of sums, and so the result, would depend on the number of threads
    try:
        return _fit([np.asarray(ids) for ids in sentences], np.asarray(intents), count, recipe)
    finally:
        torch.set_num_threads(before)


def _fit(sentences: list[NDArray[np.int64]], intents: NDArray[np.int64], count: int, recipe: Recipe) -> Weights:
    chance = np.random.default_rng(recipe.seed)
    generator = torch.Generator().manual_seed(recipe.seed)
    embedding = nn.EmbeddingBag(BUCKETS, recipe.dimensions, mode="mean", sparse=True)
    nn.init.normal_(embedding.weight, std=0.3, generator=generator)
    output = nn.Linear(recipe.dimensions, count)
    nn.init.xavier_uniform_(output.weight, generator=generator)
    nn.init.zeros_(output.bias)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    sparse = torch.optim.SparseAdam(list(embedding.parameters()), lr=recipe.learning_rate)
    dense = torch.optim.AdamW(output.parameters(), lr=recipe.learning_rate / 2, weight_decay=0.0)
    schedules = [
        torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 1.0 / recipe.epochs, recipe.epochs - 1)
        for optimiser in (sparse, dense)
    ]
    for _ in range(recipe.epochs):
        for rows in np.array_split(chance.permutation(len(sentences)), max(1, len(sentences) // recipe.batch)):
            ids, offsets = _bags([_thinned(sentences[row], recipe.feature_dropout, chance) for row in rows])
            hidden = torch.relu(embedding(ids, offsets) * recipe.scale)
            keep = torch.rand(hidden.shape, generator=generator) >= recipe.hidden_dropout
            loss = loss_of(output(hidden * keep / (1 - recipe.hidden_dropout)), torch.from_numpy(intents[rows]))
            sparse.zero_grad()
            dense.zero_grad()
            loss.backward()
            sparse.step()
            dense.step()
        for schedule in schedules:
            schedule.step()
    learned = (embedding.weight.detach() * recipe.scale).numpy().astype(np.float16)
    return Weights(learned, output.weight.detach().numpy().T.copy(), output.bias.detach().numpy().copy())


def _thinned(ids: NDArray[np.int64], share: float, chance: np.random.Generator) -> NDArray[np.int64]:
    kept = ids[chance.random(len(ids)) >= share]
    return kept if len(kept) else ids


def _bags(rows: Sequence[NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    starts = np.cumsum([0, *(len(ids) for ids in rows[:-1])])
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts)
