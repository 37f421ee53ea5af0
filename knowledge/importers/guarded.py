"""A file read entry by entry, that no single entry can make outgrow the memory."""

from pathlib import Path
from typing import BinaryIO

from assistant.errors import ImportFileError

MAX_ENTRY_BYTES = 16_000_000


class GuardedFile:
    """Counts what was read since the last entry, and skips a byte order mark.

    The reader calls ``entry_done`` after each entry; more than ``limit`` bytes without it raise ImportFileError.
    """

    def __init__(self, file: BinaryIO, path: Path, limit: float = MAX_ENTRY_BYTES) -> None:
        self.path = path
        self.position = 0
        self._file = file
        self._limit = limit
        self._since_entry = 0

    def entry_done(self) -> None:
        """Begin to count anew."""
        self._since_entry = 0

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, as a binary file gives them."""
        data = self._file.read(size)
        if not self.position:
            data = data.removeprefix(b"\xef\xbb\xbf")
        self.position += len(data)
        self._since_entry += len(data)
        if self._since_entry > self._limit:
            raise ImportFileError(f"{self.path}: an entry before byte {self.position} is larger than any real one")
        return data
