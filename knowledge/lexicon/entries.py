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
    return read_lexicon(bundled_files())


def bundled_files() -> tuple[Path, ...]:
    """The files of the lexicon that comes with Roland."""
    return tuple(sorted(Path(__file__).parent.glob("*.jsonl")))


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
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path.name}:{number}", line
    except OSError as error:
        raise IndexBuildError(f"{path}: the lexicon cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise IndexBuildError(f"{path}: the lexicon is not written in UTF-8 ({error.reason})") from error


def _parse(line: str, place: str) -> LexiconEntry:
    try:
        record = json.loads(line)
        titles = {Language(code): text for code, text in record["title"].items()}
        if Language.DE not in titles:
            raise ValueError("a German title is missing")  # noqa: TRY301
        return LexiconEntry(
            key=record["key"],
            titles=titles,
            summaries={Language(code): text for code, text in record["summary"].items()},
            terms={Language(code): tuple(texts) for code, texts in record["terms"].items()},
            questions={Language(code): tuple(texts) for code, texts in record["questions"].items()},
            leika_keys=tuple(record.get("leika_keys", ())),
            leika_hint=record.get("leika_hint"),
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise IndexBuildError(f"{place}: not a lexicon entry ({error})") from error
