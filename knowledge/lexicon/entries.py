"""Reading the lexicon's files."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import IndexBuildError
from assistant.model import Language


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One kind of service in people's own words, by language."""

    key: str
    titles: Mapping[Language, str] = field(hash=False)
    summaries: Mapping[Language, str] = field(hash=False)
    terms: Mapping[Language, tuple[str, ...]] = field(hash=False)
    questions: Mapping[Language, tuple[str, ...]] = field(hash=False)
    leika_keys: tuple[str, ...] = ()
    leika_hint: str | None = None


def bundled_lexicon() -> tuple[LexiconEntry, ...]:
    """The lexicon that comes with Roland."""
    return read_lexicon(sorted(Path(__file__).parent.glob("*.jsonl")))


def read_lexicon(paths: Sequence[Path]) -> tuple[LexiconEntry, ...]:
    """The entries of JSON Lines files (see entry.schema.json); raises IndexBuildError naming file and line."""
    entries: dict[str, LexiconEntry] = {}
    for path in paths:
        for place, line in _lines(path):
            entry = _parse(line, place)
            if entry.key in entries:
                raise IndexBuildError(f"{place}: the lexicon holds {entry.key!r} twice")
            entries[entry.key] = entry
    return tuple(entries.values())


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield f"{path.name}:{number}", line


def _parse(line: str, place: str) -> LexiconEntry:
    try:
        record = json.loads(line)
        return LexiconEntry(
            key=record["key"],
            titles={Language(code): text for code, text in record["title"].items()},
            summaries={Language(code): text for code, text in record["summary"].items()},
            terms={Language(code): tuple(texts) for code, texts in record["terms"].items()},
            questions={Language(code): tuple(texts) for code, texts in record["questions"].items()},
            leika_keys=tuple(record.get("leika_keys", ())),
            leika_hint=record.get("leika_hint"),
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise IndexBuildError(f"{place}: not a lexicon entry ({error})") from error
