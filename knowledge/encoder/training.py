"""Training Roland's own encoder: what is asked is drawn to what is written about the same thing, away from the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize
from torch.nn import functional

from assistant.model import Language
from knowledge.encoder.examples import Topic
from knowledge.encoder.module import HashedNgrams
from knowledge.encoder.noise import with_slips
from knowledge.encoder.recipe import Progress, TrainingSettings
from knowledge.encoder.tokens import TokenIds, join
from knowledge.parallel import ParallelText


@dataclass(frozen=True, slots=True)
class _Rows:
    """A topic's texts as token ids."""

    asked: dict[Language, list[TokenIds]]
    slipped: dict[Language, list[TokenIds]]
    written: list[TokenIds]


def train(
    topics: Sequence[Topic], aligned: Sequence[ParallelText], settings: TrainingSettings, progress: Progress
) -> SentenceTransformer:
    """A new encoder for these topics and texts with translations; the same ones give the same on the same machine."""
    torch.manual_seed(settings.seed)
    threads = torch.get_num_threads()
    torch.set_num_threads(settings.threads)
    try:
        return _train(topics, aligned, settings, progress)
    finally:
        torch.set_num_threads(threads)


def _train(
    topics: Sequence[Topic], aligned: Sequence[ParallelText], settings: TrainingSettings, progress: Progress
) -> SentenceTransformer:
    hashing = settings.hashing
    module = HashedNgrams(hashing.word_buckets, hashing.ngram_buckets, hashing.ngram_sizes, settings.dimensions)
    sampler = _Sampler(topics, settings)
    translations = _Translations(aligned, settings)
    optimizer = _RowAdagrad(module.embedding.weight.detach())
    related = _related(topics)
    for step in range(settings.steps):
        chosen, anchors, positives = sampler.draw()
        told, translated = translations.draw()
        anchors, positives = [*anchors, *told], [*positives, *translated]
        ids, offsets = (torch.from_numpy(array) for array in join([*anchors, *positives]))
        rows, places = torch.unique(ids, return_inverse=True)
        used = optimizer.weights[rows].requires_grad_()
        pooled = functional.normalize(functional.embedding_bag(places, used, offsets, mode="mean"))
        apart = _apart(related(chosen), len(told))
        loss = _contrast(pooled[: len(anchors)], pooled[len(anchors) :], apart, settings.temperature)
        (gradient,) = torch.autograd.grad(loss, used)
        optimizer.step(rows, used.detach(), gradient, settings.learning_rate * (1 - 0.9 * step / settings.steps))
        progress("encoder", (step + 1) / settings.steps)
    return SentenceTransformer(modules=[module, Normalize()], device="cpu")


def _contrast(
    anchors: torch.Tensor, positives: torch.Tensor, related: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Each anchor must find its own positive among all, and the other way round; related pairs do not compete."""
    logits = (anchors @ positives.T / temperature).masked_fill(related, float("-inf"))
    targets = torch.arange(len(anchors))
    return functional.cross_entropy(logits, targets) + functional.cross_entropy(logits.T, targets)


def _apart(related: torch.Tensor, others: int) -> torch.Tensor:
    """Topics compete with topics and translations with translations: a translated text may well speak of a topic."""
    size = len(related)
    mask = torch.ones(size + others, size + others, dtype=torch.bool)
    mask[:size, :size] = related
    mask[size:, size:] = False
    return mask


class _RowAdagrad:
    """Adagrad with one step size a row, touching only the rows of a batch (a batch uses a tenth of the table)."""

    def __init__(self, weights: torch.Tensor) -> None:
        self.weights = weights
        self._squares = torch.zeros(len(weights), 1)

    def step(self, rows: torch.Tensor, used: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Move the rows, as they were used, against their gradient, less the more they have moved before.

        Overwrites the gradient.
        """
        squares = self._squares[rows] + gradient.square().mean(dim=1, keepdim=True)
        self._squares.index_copy_(0, rows, squares)
        self.weights.index_copy_(0, rows, used - gradient.mul_(rate).div_(squares.sqrt_().add_(1e-10)))


def _related(topics: Sequence[Topic]) -> Callable[[Sequence[int]], torch.Tensor]:
    """Which pairs of drawn topics must not be told apart, besides each with itself."""
    entries = [set(topic.entries) for topic in topics]

    def mask(chosen: Sequence[int]) -> torch.Tensor:
        size = len(chosen)
        result = np.zeros((size, size), dtype=bool)
        with_entries = [index for index in range(size) if entries[chosen[index]]]
        by_entry: dict[str, list[int]] = {}
        for index in with_entries:
            for entry in entries[chosen[index]]:
                by_entry.setdefault(entry, []).append(index)
        for indices in by_entry.values():
            result[np.ix_(indices, indices)] = True
        topic = np.asarray(chosen)
        result |= topic[:, None] == topic[None, :]
        np.fill_diagonal(result, val=False)
        return torch.from_numpy(result)

    return mask


class _Sampler:
    """Draws pairs of texts, no topic more often than another."""

    def __init__(self, topics: Sequence[Topic], settings: TrainingSettings) -> None:
        self._settings = settings
        self._random = Random(settings.seed)  # noqa: S311 – training wants repeatable draws
        self._numpy = np.random.default_rng(settings.seed)
        self._rows = [self._rows_of(topic) for topic in topics]
        self._order: list[int] = []

    def _rows_of(self, topic: Topic) -> _Rows:
        ids = self._settings.hashing.token_ids_each
        asked = {language: texts for language, texts in topic.asked.items() if texts}
        slips = {
            language: [with_slips(text, self._random) for text in texts for _ in range(2)]
            for language, texts in asked.items()
        }
        return _Rows(
            {language: ids(texts) for language, texts in asked.items()},
            {language: ids(texts) for language, texts in slips.items()},
            ids(topic.written),
        )

    def draw(self) -> tuple[list[int], list[TokenIds], list[TokenIds]]:
        """Indices of topics, and for each a question and what answers it."""
        size = min(self._settings.batch_size, len(self._rows))
        if len(self._order) < size:
            self._order = self._random.sample(range(len(self._rows)), len(self._rows))
        chosen, self._order = self._order[:size], self._order[size:]
        anchors = [self._asked(self._rows[index]) for index in chosen]
        positives = [self._positive(self._rows[index]) for index in chosen]
        return chosen, anchors, positives

    def _asked(self, rows: _Rows) -> TokenIds:
        others = [language for language in rows.asked if language is not Language.DE]
        german = Language.DE in rows.asked and (not others or self._random.random() < self._settings.german_share)
        language = Language.DE if german else self._random.choice(others)
        slipped = self._random.random() < self._settings.slip_share
        return self._random.choice((rows.slipped if slipped else rows.asked)[language])

    def _positive(self, rows: _Rows) -> TokenIds:
        if self._random.random() < self._settings.asked_share:
            return self._asked(rows)
        row = self._random.choice(rows.written)
        if row.size > self._settings.longest_row:
            row = self._numpy.choice(row, self._settings.longest_row, replace=False)
        return row


class _Translations:
    """Draws texts with one of their translations."""

    def __init__(self, texts: Sequence[ParallelText], settings: TrainingSettings) -> None:
        self._random = Random(settings.seed)  # noqa: S311 – training wants repeatable draws
        self._rows = [settings.hashing.token_ids_each([told for _, told in text]) for text in texts]
        self._size = min(settings.aligned_size, len(texts))

    def draw(self) -> tuple[list[TokenIds], list[TokenIds]]:
        """Texts in other languages, and the same in German."""
        chosen = self._random.sample(self._rows, self._size)
        return [self._random.choice(others) for _, *others in chosen], [german for german, *_ in chosen]
