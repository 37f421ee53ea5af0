"""Tells what somebody wishes for at a step of a form."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from assistant.errors import NluModelMissingError
from assistant.model import ScoredWish, Wish
from nlu.models import ModelShelf
from nlu.spacy_engine.classifier import Weights
from nlu.spacy_engine.features import feature_ids
from nlu.spacy_engine.words import fold

KIND = "wishes"
LABELS = tuple(Wish)
_SETTINGS_FILE = "settings.json"
_MOST_CHARACTERS = 400  # what is longer tells a story; its beginning says enough
_TOKEN = re.compile(r"\w+|[?؟!]")


def features_of(text: str) -> list[int]:
    """What is seen of a text: its words, and parts of them."""
    return feature_ids([fold(word) for word in _TOKEN.findall(text[:_MOST_CHARACTERS])], ())


@dataclass(frozen=True, slots=True)
class TrainedWishReader:
    """Implements ``assistant.ports.WishReader``, one for all languages; ``temperature`` makes it honest."""

    weights: Weights
    temperature: float = 1.0

    @property
    def name(self) -> str:
        """How it is called where its state is shown."""
        return KIND

    @classmethod
    def load(cls, directory: Path) -> "TrainedWishReader":
        """The current model below the folder given to ``nlu.train.train_wishes``; else NluModelMissingError."""
        model = ModelShelf(directory, KIND).current()
        try:
            settings = json.loads((model / _SETTINGS_FILE).read_text(encoding="utf-8"))
            return cls(Weights.load(model), float(settings["temperature"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise NluModelMissingError(f"the model in {model} cannot be read ({error}); remove it and train") from error

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self.weights.save(folder)
        (folder / _SETTINGS_FILE).write_text(json.dumps({"temperature": self.temperature}), encoding="utf-8")

    def read(self, text: str) -> ScoredWish:
        if not text.strip():
            return ScoredWish(Wish.OTHER, 1.0)
        chances = self.weights.probabilities(features_of(text), self.temperature)
        best = int(chances.argmax())
        return ScoredWish(LABELS[best], float(chances[best]))

    async def ping(self) -> None:
        """A loaded model is always there."""
