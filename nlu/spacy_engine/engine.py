"""The engine in Roland's own process; it needs no second environment and answers within a millisecond."""

from pathlib import Path
from zipfile import BadZipFile

import spacy
from spacy.language import Language as Pipeline

from assistant.errors import NluModelMissingError
from assistant.model import Entity, EntityKind, Intent, Language, ScoredIntent, Understanding
from nlu.models import ModelShelf
from nlu.spacy_engine import pipeline as _components  # noqa: F401 – registers the components with spaCy

KIND = "spacy"
_MOST_INTENTS = 5
_MOST_CHARACTERS = 2_000


class SpacyEngine:
    """Implements ``assistant.ports.NluEngine`` over a trained pipeline."""

    name = KIND

    def __init__(self, nlp: Pipeline) -> None:
        self._nlp = nlp

    @classmethod
    def load(cls, directory: Path) -> "SpacyEngine":
        """The current model below the folder given to ``nlu.train.train_spacy``; else NluModelMissingError."""
        model = ModelShelf(directory, KIND).current()
        try:
            return cls(spacy.load(model))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise NluModelMissingError(f"the model in {model} cannot be read ({error}); remove it and train") from error

    async def parse(self, text: str, language: Language) -> Understanding:
        if not text.strip():
            return Understanding(text, language, (), engine=self.name)
        doc = self._nlp(text[:_MOST_CHARACTERS])
        best = sorted(doc.cats.items(), key=lambda item: item[1], reverse=True)[:_MOST_INTENTS]
        return Understanding(
            text,
            language,
            tuple(ScoredIntent(Intent(label), chance) for label, chance in best),
            tuple(Entity(EntityKind(e.label_), e.kb_id_ or e.text, e.start_char, e.end_char) for e in doc.ents),
            self.name,
        )

    async def ping(self) -> None:
        """A loaded model is always there."""
