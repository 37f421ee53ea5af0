"""Large JSON files, entry by entry, in constant memory."""

from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import ijson

from assistant.errors import ImportFileError
from knowledge.importers.guarded import GuardedFile


def stream(path: Path, prefix: str) -> Iterator[Any]:
    """The values at an ijson ``prefix`` such as ``data.item``.

    Raises ImportFileError where the file cannot be read, is no JSON, or holds an entry too large for any real one.
    """
    try:
        with path.open("rb") as file:
            yield from _values(GuardedFile(file, path), prefix)
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error


def first(path: Path, prefix: str) -> Any:
    """The first value at ``prefix``, or None; for files whose entries have been streamed before."""
    with path.open("rb") as file:
        return next(_values(GuardedFile(file, path, limit=inf), prefix), None)


def _values(file: GuardedFile, prefix: str) -> Iterator[Any]:
    try:
        for value in ijson.items(file, prefix, use_float=True):
            file.entry_done()
            yield value
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split("\n", 1)[0].split())
        raise ImportFileError(f"{file.path}: no JSON (before byte {file.position}): {reason}") from error
