"""The acoustic model: a small time-delay neural network from features to phones, learned with PyTorch.

40 coefficients, every 10 ms
  └ 5 frames ─ ReLU ─ 3 frames ─ ReLU ─ from here every 30 ms ─ 3 × (3 steps ─ ReLU) ─ phones
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from voice.model.features import COEFFICIENTS
from voice.model.samples import UNKNOWN, Utterances
from voice.model.training import Training

SUBSAMPLING = 3
"""Phones are told for every third frame."""

_SPANS = (5, 3, 3, 3, 3)
_STRIDES = (1, SUBSAMPLING, 1, 1, 1)
OFFSETS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3))
"""The frames (10 ms) around the present one that each layer sees of the layer before."""
CONTEXT = sum(max(offsets) for offsets in OFFSETS)

_CHUNK_STEPS = 33
_ANY = 1  # after silence, see Lexicon
_ANY_SHARE = 0.1
_WARM_UP = 0.1
_EPSILON = 1e-5
_HIGHEST_RATE, _LAST_SHARE = 3e-3, 0.003


@dataclass(frozen=True)
class Acoustics:
    """What was learned: layers as (weights, biases) on plain features, and how frequent each phone was."""

    layers: tuple[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], ...]
    priors: npt.NDArray[np.float64]


class Tdnn(nn.Module):
    """Maps (chunks, frames, coefficients) to (chunks, steps, phones); frames reach CONTEXT beyond the chunk's ends."""

    def __init__(self, width: int, phones: int) -> None:
        super().__init__()
        sizes = [COEFFICIENTS] + [width] * len(_SPANS)
        self.hidden = nn.ModuleList(
            nn.Linear(span * size, width) for span, size in zip(_SPANS, sizes[:-1], strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width, _EPSILON) for _ in _SPANS)
        self.output = nn.Linear(width, phones)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """The phones' logits."""
        for layer, norm, span, stride in zip(self.hidden, self.norms, _SPANS, _STRIDES, strict=True):
            steps = (frames.shape[1] - span) // stride
            seen = torch.cat([frames[:, i : i + steps * stride + 1 : stride] for i in range(span)], dim=2)
            heard = torch.relu(norm(layer(seen).flatten(0, 1)))
            frames = heard.unflatten(0, (len(frames), -1))
        logits: torch.Tensor = self.output(frames)
        return logits


def learn(data: Utterances, phones: int, training: Training, progress: Callable[[float, str], None]) -> Acoustics:
    """Learn from utterances; deterministic for the same data and training on the same machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(training.threads)
    try:
        return _learn(data, phones, training, progress)
    finally:
        torch.set_num_threads(threads)


def _learn(data: Utterances, phones: int, training: Training, progress: Callable[[float, str], None]) -> Acoustics:
    torch.manual_seed(training.seed)
    chunks = _Chunks(data, np.random.default_rng(training.seed))
    network = Tdnn(training.width, phones)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-4)
    for step in range(training.steps):
        for group in optimiser.param_groups:
            group["lr"] = _rate(step / training.steps)
        frames, labels = chunks.draw(training.batch)
        logits = network(frames)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=UNKNOWN)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 100 == 0 or step + 1 == training.steps:
            right = (logits.argmax(2) == labels)[labels != UNKNOWN].float().mean().item()
            progress((step + 1) / training.steps, f"{right:.0%} of the frames right")
    return Acoustics(tuple(_plain_layers(network, chunks.mean, chunks.spread)), _priors(data.labels, phones))


class _Chunks:
    """Draws pieces of utterances, as the network sees them: normalised, their ends repeated where they end."""

    def __init__(self, data: Utterances, random: np.random.Generator) -> None:
        self._data = data
        self._random = random
        self._ends = np.cumsum(data.lengths)
        self._begins = self._ends - data.lengths
        some = data.frames[:: max(1, len(data.frames) // 200_000)].astype(np.float32)
        self.mean, self.spread = some.mean(axis=0), some.std(axis=0) + 1e-3

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Frames and labels of some chunks; frames out of all utterances are equally likely to be in one."""
        within = self._random.integers(0, len(self._data.frames), count)
        utterance = np.searchsorted(self._ends, within, side="right")
        length = SUBSAMPLING * (_CHUNK_STEPS - 1) + 1
        first = within - self._random.integers(0, length, count)
        begins, lasts = self._begins[utterance, None], self._ends[utterance, None] - 1
        seen = np.clip(first[:, None] + np.arange(-CONTEXT, length + CONTEXT), begins, lasts)
        told = first[:, None] + np.arange(0, length, SUBSAMPLING)
        inside = (told >= begins) & (told <= lasts)
        labels = np.where(inside, self._data.labels[np.clip(told, begins, lasts)], UNKNOWN)
        any_sound = (labels > _ANY) & (self._random.random(labels.shape) < _ANY_SHARE)
        labels = np.where(any_sound, _ANY, labels)
        frames = (self._data.frames[seen] - self.mean) / self.spread
        return torch.from_numpy(frames), torch.from_numpy(labels.astype(np.int64))


def _priors(labels: npt.NDArray[np.int16], phones: int) -> npt.NDArray[np.float64]:
    """The share of each phone among the frames; a part of all sounds counts as any sound."""
    counts = np.bincount(labels[labels != UNKNOWN], minlength=phones) + 1.0
    counts[_ANY] = _ANY_SHARE * counts[_ANY + 1 :].sum()
    counts[_ANY + 1 :] *= 1 - _ANY_SHARE
    return np.asarray(counts / counts.sum())


def _rate(done: float) -> float:
    """The learning rate: up to its highest, then down along a cosine."""
    falling = (1 + math.cos(math.pi * max(0.0, done - _WARM_UP) / (1 - _WARM_UP))) / 2
    return _HIGHEST_RATE * min(1.0, done / _WARM_UP + 0.01) * (falling + _LAST_SHARE)


def _plain_layers(network: Tdnn, mean: Any, spread: Any) -> list[tuple[Any, Any]]:
    """The layers with all normalising folded into their weights."""
    layers = []
    for number, (layer, norm) in enumerate(zip(network.hidden, network.norms, strict=True)):
        weight, bias = _values(layer.weight), _values(layer.bias)
        gain = _values(norm.weight) / np.sqrt(_values(norm.running_var) + _EPSILON)
        weight, bias = weight * gain[:, None], (bias - _values(norm.running_mean)) * gain + _values(norm.bias)
        if number == 0:
            weight = weight / np.tile(spread, _SPANS[0])
            bias = bias - weight @ np.tile(mean, _SPANS[0])
        layers.append((weight, bias))
    return [*layers, (_values(network.output.weight), _values(network.output.bias))]


def _values(tensor: Any) -> npt.NDArray[np.float64]:
    return np.asarray(tensor.detach().numpy(), np.float64)
