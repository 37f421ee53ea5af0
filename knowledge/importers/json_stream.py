"""Large JSON files, entry by entry, in constant memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from assistant.errors import ImportFileError

MAX_ENTRY_BYTES = 16_000_000
_CHUNK = 65_536


def stream(path: Path, prefix: str) -> Iterator[Any]:
    """The values at an ijson ``prefix`` such as ``data.item``.

    Raises ImportFileError where the file cannot be read, is no JSON, or holds an entry too large for any real one.
    """
    try:
        with path.open("rb") as file:
            yield from _values(_Guarded(file, path), prefix)
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error


def first(path: Path, prefix: str) -> Any:
    """The first value at ``prefix``, or None."""
    return next(stream(path, prefix), None)


class _Guarded:
    """A file that counts what was read since the last entry, and skips a byte order mark."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self.path = path
        self.since_entry = 0
        self.position = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if not self.position:
            data = data.removeprefix(b"\xef\xbb\xbf")
        self.position += len(data)
        self.since_entry += len(data)
        if self.since_entry > MAX_ENTRY_BYTES:
            raise ImportFileError(f"{self.path}: an entry before byte {self.position} is too large")
        return data


def _values(file: _Guarded, prefix: str) -> Iterator[Any]:
    try:
        for value in ijson.items(file, prefix, buf_size=_CHUNK, use_float=True):
            file.since_entry = 0
            yield value
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split("\n", 1)[0].split())
        raise ImportFileError(f"{file.path}: no JSON (before byte {file.position}): {reason}") from error
