"""Reads the Rasa project's data folder: the single source of training sentences of every engine."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from assistant.model import EntityKind, Intent, Language
from assistant.own_yaml import read_yaml

RASA_PROJECT = Path(__file__).parent / "rasa"
_SENTENCES = "nlu.*.yml"
_LOOKUPS = "lookups.yml"
_PATTERNS = "patterns.yml"
_ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<kind>\w+)\)|(?P<json>\{[^{}]*\}))")


@dataclass(frozen=True, slots=True)
class Span:
    """A marked part ``text[start:end]`` of a training sentence."""

    kind: EntityKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A training sentence without its marks, what it means, and where the entities stand in it."""

    text: str
    intent: Intent
    language: Language
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Sentences, the names of each kind of entity, what people call otherwise, and patterns.

    ``synonyms`` is keyed by the case-folded word and gives the canonical name; every name of ``lookups`` stands there
    as itself. ``patterns`` are regular expressions by name, to be read ignoring case.
    """

    examples: tuple[Example, ...]
    lookups: Mapping[EntityKind, tuple[str, ...]]
    synonyms: Mapping[str, str]
    patterns: Mapping[str, tuple[str, ...]]


def load_training_data(project: Path = RASA_PROJECT, languages: Sequence[Language] = ()) -> TrainingData:
    """Everything below ``project/data``; with ``languages``, sentences of these alone."""
    folder = project / "data"
    examples = tuple(
        example
        for path in sorted(folder.glob(_SENTENCES))
        if (language := Language(path.name.split(".")[-2])) in languages or not languages
        for example in _examples(path, language)
    )
    tables = _items(folder / _LOOKUPS)
    lookups = {EntityKind(item["lookup"]): tuple(_lines(item)) for item in tables if "lookup" in item}
    synonyms = {name.casefold(): name for names in lookups.values() for name in names}
    synonyms |= {word.casefold(): item["synonym"] for item in tables if "synonym" in item for word in _lines(item)}
    patterns = {item["regex"]: tuple(_lines(item)) for item in _items(folder / _PATTERNS)}
    return TrainingData(examples, MappingProxyType(lookups), MappingProxyType(synonyms), MappingProxyType(patterns))


def load_held_out(path: Path) -> tuple[Example, ...]:
    """The sentences of a JSON Lines file with ``text``, ``intent`` and ``lang``; never for training."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Example(row["text"], Intent(row["intent"]), Language(row["lang"])) for row in rows)


def fingerprint(paths: Sequence[Path], *notes: str) -> str:
    """A short digest of the files' names and contents, and of anything else that decides what is learned."""
    digest = hashlib.sha256("\0".join(notes).encode())
    for path in paths:
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def data_files(project: Path = RASA_PROJECT) -> list[Path]:
    """The files the sentences, names and intents stand in."""
    return [*sorted((project / "data").glob("*.yml")), project / "domain.yml"]


def read_marks(marked: str) -> tuple[str, tuple[Span, ...]]:
    """The sentence and its spans from Rasa's notation: ``[Reisepass](service)``, ``[Lehe]{"entity": "place"}``."""
    text, spans, last = "", [], 0
    for found in _ANNOTATION.finditer(marked):
        text += marked[last : found.start()]
        kind = found["kind"] or json.loads(found["json"])["entity"]
        spans.append(Span(EntityKind(kind), len(text), len(text) + len(found["text"])))
        text += found["text"]
        last = found.end()
    return text + marked[last:], tuple(spans)


def to_rasa(data: TrainingData) -> str:
    """The data in Rasa's notation."""
    by_intent: dict[str, list[str]] = {}
    for example in data.examples:
        by_intent.setdefault(example.intent.value, []).append(_marked(example))
    words: dict[str, list[str]] = {}
    for word, name in data.synonyms.items():
        if word != name.casefold():
            words.setdefault(name, []).append(word)
    items = [
        *({"intent": intent, "examples": _block(lines)} for intent, lines in by_intent.items()),
        *({"lookup": kind.value, "examples": _block(names)} for kind, names in data.lookups.items()),
        *({"synonym": name, "examples": _block(lines)} for name, lines in words.items()),
        *({"regex": name, "examples": _block(lines)} for name, lines in data.patterns.items()),
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": items}, allow_unicode=True, sort_keys=False, width=10**6)


def _marked(example: Example) -> str:
    text = example.text
    for span in sorted(example.spans, key=lambda span: span.start, reverse=True):
        text = f"{text[: span.start]}[{text[span.start : span.end]}]({span.kind.value}){text[span.end :]}"
    return text


def _block(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _examples(path: Path, language: Language) -> Iterator[Example]:
    for item in _items(path):
        for line in _lines(item):
            text, spans = read_marks(line)
            yield Example(text, Intent(item["intent"]), language, spans)


def _items(path: Path) -> list[dict[str, Any]]:
    content: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return list(content["nlu"])


def _lines(item: Mapping[str, Any]) -> list[str]:
    return [line.removeprefix("- ").strip() for line in item["examples"].splitlines() if line.strip()]
