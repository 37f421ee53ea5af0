"""Questions with the services that answer them: what retrieval is measured by."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.model import Language, SectionKind
from evaluation.lines import only, read_lines, section_named

_KEYS = frozenset({"query", "lang", "gold", "style", "aspect"})
_DEVELOPMENT_SETS = {"Bremen": "retrieval_bremen_dev.jsonl", "München": "retrieval_munich_dev.jsonl"}


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the ids of all services that answer it, and the section that does where that is known."""

    query: str
    language: Language
    gold: frozenset[str]
    style: str = ""
    aspect: SectionKind | None = None


def read_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """The questions of a JSON Lines file: ``{"query", "lang", "gold": [ids], "style"?, "aspect"?}``.

    ``aspect`` is the name of a section or of an aspect. Raises LineError.
    """
    return read_lines(path, _question)


def own_file(name: str) -> Path:
    """A file of the sets that come with Roland."""
    return Path(str(files("evaluation").joinpath("data", name)))


def development_set(city: str) -> Path | None:
    """The retrieval questions that come with Roland for that city; None where there are none."""
    name = _DEVELOPMENT_SETS.get(city)
    return own_file(name) if name else None


def _question(record: Mapping[str, Any]) -> LabelledQuestion:
    only(record, _KEYS)
    gold = record["gold"]
    if not isinstance(gold, list) or not gold or not all(isinstance(service, str) for service in gold):
        raise ValueError("gold must be a list of at least one service id")
    return LabelledQuestion(
        record["query"],
        Language(record["lang"]),
        frozenset(gold),
        record.get("style") or "",
        section_named(record.get("aspect")),
    )
