"""The spaCy component that tells what a sentence wants."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from nlu.spacy_engine.features import Cues, feature_ids, words_of

CLASSIFIER = "roland_intents"
_WEIGHTS_FILE = "weights.npz"
_SETTINGS_FILE = "classifier.json"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """Several small networks whose scores are averaged; each is a mean of embeddings, a rectifier, a linear layer.

    ``buckets`` (features,) are the known features, ascending; ``embedding`` (features, networks · dimensions) in half
    precision; ``output`` (networks, dimensions, intents); ``bias`` (networks, intents).
    """

    buckets: NDArray[np.int64]
    embedding: NDArray[np.float16]
    output: Floats
    bias: Floats

    def known(self, ids: Sequence[int]) -> NDArray[np.int64]:
        """The rows of those features that were seen in training."""
        wanted = np.asarray(ids, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.buckets, wanted), len(self.buckets) - 1)
        rows: NDArray[np.int64] = places[self.buckets[places] == wanted]
        return rows

    def logits(self, ids: Sequence[int]) -> Floats:
        """One score an intent, not normalised."""
        networks, dimensions, _ = self.output.shape
        rows = self.known(ids)
        hidden = np.zeros((networks, dimensions), dtype=np.float32)
        if len(rows):
            hidden = self.embedding[rows].mean(axis=0, dtype=np.float32).reshape(networks, dimensions)
        scores: Floats = (np.einsum("nd,ndi->ni", np.maximum(hidden, 0), self.output) + self.bias).mean(axis=0)
        return scores

    def probabilities(self, ids: Sequence[int], temperature: float) -> Floats:
        """One probability an intent."""
        scores = self.logits(ids) / temperature
        exponents = np.exp(scores - scores.max())
        probabilities: Floats = exponents / exponents.sum()
        return probabilities

    def save(self, folder: Path) -> None:
        """Write them into a folder."""
        np.savez(folder / _WEIGHTS_FILE, **asdict(self))

    @classmethod
    def load(cls, folder: Path) -> "Weights":
        """What was written into the folder."""
        with np.load(folder / _WEIGHTS_FILE) as arrays:
            return cls(*(arrays[part.name] for part in fields(cls)))


@dataclass(frozen=True, slots=True)
class Classifier:
    """Everything the component has learned; ``temperature`` makes its probabilities honest."""

    labels: tuple[str, ...]
    weights: Weights
    cues: Cues
    temperature: float = 1.0

    def probabilities(self, doc: Doc) -> Floats:
        """One probability an intent, in the order of ``labels``."""
        return self.weights.probabilities(feature_ids(words_of(doc), self.cues.found(doc.text)), self.temperature)


@dataclass(slots=True)
class IntentClassifier:
    """A spaCy component that fills ``doc.cats`` with the probability of every intent."""

    classifier: Classifier | None = field(default=None)

    def __call__(self, doc: Doc) -> Doc:
        if self.classifier is not None:
            chances = self.classifier.probabilities(doc)
            doc.cats = dict(zip(self.classifier.labels, chances.tolist(), strict=True))
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if self.classifier is None:
            return
        learned = self.classifier
        settings = {"labels": learned.labels, "temperature": learned.temperature, "cues": learned.cues.patterns}
        (path / _SETTINGS_FILE).write_text(json.dumps(settings, ensure_ascii=False, indent=1), encoding="utf-8")
        learned.weights.save(path)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "IntentClassifier":
        settings = json.loads((path / _SETTINGS_FILE).read_text(encoding="utf-8"))
        self.classifier = Classifier(
            tuple(settings["labels"]), Weights.load(path), Cues(settings["cues"]), float(settings["temperature"])
        )
        return self


@Pipeline.factory(CLASSIFIER)
def create(nlp: Pipeline, name: str) -> IntentClassifier:  # noqa: ARG001 – spaCy calls it so
    """How spaCy makes the component."""
    return IntentClassifier()
