"""Files of JSON lines that people write by hand: read with errors that name the line."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from assistant.model import Aspect, SectionKind

_T = TypeVar("_T")

# Names that people use for what has another one in the code.
_OTHER_NAMES = {"hours": SectionKind.RESPONSIBILITY, "legal": SectionKind.LEGAL_BASIS}


class LineError(ValueError):
    """A line does not say what it must; the message names file, line and reason."""


def read_lines(path: Path, parse: Callable[[Mapping[str, Any]], _T]) -> tuple[_T, ...]:
    """What ``parse`` makes of each line's object; blank lines are skipped. Raises LineError."""
    parsed = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                parsed.append(parse(json.loads(line)))
            except KeyError as error:
                raise LineError(f"{path}:{number}: {error} is missing") from error
            except (ValueError, TypeError, AttributeError) as error:
                raise LineError(f"{path}:{number}: {error}") from error
    if not parsed:
        raise LineError(f"{path}: there is no line in it")
    return tuple(parsed)


def section_named(name: str | None) -> SectionKind | None:
    """The kind of section meant by the name of a section or of an aspect ("where", "form"); ValueError for no such."""
    if name is None:
        return None
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    if name in set(SectionKind):
        return SectionKind(name)
    if name in set(Aspect):
        return Aspect(name).section_kind
    raise ValueError(f"{name!r} is neither a section nor an aspect")


def only(record: Mapping[str, Any], keys: Collection[str]) -> None:
    """Refuse keys that nobody reads, for a mistyped one would silently count for nothing."""
    if unknown := set(record) - set(keys):
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
