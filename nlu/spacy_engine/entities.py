"""Finds places, services, documents, dates and amounts: names from lists, dates and amounts by patterns."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language as Pipeline
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from assistant.model import EntityKind
from nlu.spacy_engine.words import normalise

ENTITIES = "roland_entities"
_FORMS = ("NORM", "LEMMA")
_FILE = "names.json"


@dataclass(slots=True)
class Names:
    """What the finder knows: per kind, every wording with the name it stands for; per kind, the patterns."""

    wordings: dict[str, dict[str, str]] = field(default_factory=dict)
    patterns: dict[str, list[str]] = field(default_factory=dict)


class EntityFinder:
    """A spaCy component that fills ``doc.ents``; the name an entity stands for is its ``kb_id_``."""

    def __init__(self, nlp: Pipeline) -> None:
        self._nlp = nlp
        self.learn(Names())

    def learn(self, names: Names) -> None:
        """Know these names and patterns, and no others."""
        self._names = names
        self._matchers = {form: PhraseMatcher(self._nlp.vocab, attr=form) for form in _FORMS}
        self._canonical: dict[tuple[str, str], str] = {}
        for kind, wordings in names.wordings.items():
            docs = [normalise(self._nlp.make_doc(wording)) for wording in wordings]
            self._matchers[_form(kind)].add(kind, docs)
            for doc, name in zip(docs, wordings.values(), strict=True):
                self._canonical.setdefault((kind, _key(kind, doc)), name)
        self._patterns = {
            kind: [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
            for kind, patterns in names.patterns.items()
        }

    def __call__(self, doc: Doc) -> Doc:
        doc.ents = tuple(filter_spans([*self._by_pattern(doc), *self._by_name(doc)]))
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        path.mkdir(parents=True, exist_ok=True)
        content = {"wordings": self._names.wordings, "patterns": self._names.patterns}
        (path / _FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "EntityFinder":
        self.learn(Names(**json.loads((path / _FILE).read_text(encoding="utf-8"))))
        return self

    def _by_name(self, doc: Doc) -> Iterator[Span]:
        for matcher in self._matchers.values():
            for span in matcher(doc, as_spans=True):
                name = self._canonical.get((span.label_, _key(span.label_, span)), span.text)
                yield Span(doc, span.start, span.end, label=span.label_, kb_id=name)

    def _by_pattern(self, doc: Doc) -> Iterator[Span]:
        text = doc.text  # spaCy puts it together anew each time
        for kind, patterns in self._patterns.items():
            for pattern in patterns:
                for found in pattern.finditer(text):
                    span = doc.char_span(*found.span(), label=kind, kb_id=found[0].strip(), alignment_mode="expand")
                    if span is not None:
                        yield span


@Pipeline.factory(ENTITIES)
def create(nlp: Pipeline, name: str) -> EntityFinder:  # noqa: ARG001 – spaCy calls it so
    """How spaCy makes the component."""
    return EntityFinder(nlp)


def _form(kind: str) -> str:
    """Places must be spelled out, for many a stem is another word ("Gete", "get"); other names are inflected."""
    return "NORM" if kind == EntityKind.PLACE else "LEMMA"


def _key(kind: str, tokens: Doc | Span) -> str:
    return " ".join(token.norm_ if _form(kind) == "NORM" else token.lemma_ for token in tokens)
