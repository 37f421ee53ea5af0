"""Texts that say the same in several languages: what the search learns from which words mean the same.

They are the lexicon's titles and summaries, the translations of the sample catalogue, and the vocabulary of public life
(``knowledge/vocabulary``): every city has them, whatever its own catalogue is written in.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.model import Language
from assistant.own_yaml import read_yaml
from knowledge.lexicon import LexiconEntry

ParallelText = tuple[tuple[Language, str], ...]
"""One text in several languages, German first, each language once."""


def parallel_texts(lexicon: Sequence[LexiconEntry], *, bundled: bool = True) -> tuple[ParallelText, ...]:
    """Those of a lexicon, and the ``bundled`` ones that come with Roland, each once."""
    own = (text for entry in lexicon for text in _of_entry(entry))
    return tuple(dict.fromkeys((*(_bundled() if bundled else ()), *own)))


def _of_entry(entry: LexiconEntry) -> Iterator[ParallelText]:
    """Title, summary, and all names of the thing together: which of these translates which, the words tell."""
    names = {language: " ".join((title, *entry.terms.get(language, ()))) for language, title in entry.titles.items()}
    for texts in (entry.titles, entry.summaries, names):
        yield from _parallel(texts)


@lru_cache(maxsize=1)
def _bundled() -> tuple[ParallelText, ...]:
    knowledge = Path(str(files("knowledge")))
    vocabulary = [text for path in sorted((knowledge / "vocabulary").glob("*.jsonl")) for text in _of_words(path)]
    catalogue = [text for path in sorted((knowledge / "bremen/services").glob("*.yaml")) for text in _of_service(path)]
    return (*vocabulary, *catalogue)


def _of_words(path: Path) -> Iterator[ParallelText]:
    """One thing a line, by language; several words for it stand one after the other."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from _parallel({Language(code): words for code, words in json.loads(line).items()})


def _of_service(path: Path) -> Iterator[ParallelText]:
    """Title, summary and every line of a sample service with its translations."""
    versions = {Language.DE: _lines(_read(path)["texts"]["de"])}
    for translation in sorted(path.parents[1].glob(f"translations/*/{path.name}")):
        if translation.parent.name in set(Language):
            versions[Language(translation.parent.name)] = _lines(_read(translation))
    for place in versions[Language.DE]:
        told = {language: lines[place] for language, lines in versions.items() if place in lines}
        for number, _ in enumerate(told[Language.DE]):
            # A line has its translation at the same place only where there are as many lines.
            same = {code: lines for code, lines in told.items() if len(lines) == len(told[Language.DE])}
            yield from _parallel({language: lines[number] for language, lines in same.items()})


def _lines(text: Mapping[str, Any]) -> Mapping[tuple[str, int], Sequence[str]]:
    """The lines of each part of a text by its place: what kind of section, the how manieth of that kind."""
    found: dict[tuple[str, int], Sequence[str]] = {("title", 0): [text["title"]], ("summary", 0): [text["summary"]]}
    seen: dict[str, int] = defaultdict(int)
    for section in text["sections"]:
        body = [line for line in section["text"].splitlines() if line.strip()]
        found[section["kind"], seen[section["kind"]]] = [section.get("title", ""), *body]
        seen[section["kind"]] += 1
    return found


def _parallel(texts: Mapping[Language, str]) -> Iterator[ParallelText]:
    german = texts.get(Language.DE, "").strip()
    others = tuple((code, text.strip()) for code, text in texts.items() if code is not Language.DE and text.strip())
    if german and others:
        yield ((Language.DE, german), *others)


def _read(path: Path) -> Any:
    return read_yaml(path.read_bytes())
