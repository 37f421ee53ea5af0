"""Disks that fill up or become read-only, where the tests may mount one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """A small file system of its own, in memory."""

    path: Path

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.path / "filler").open("ab", buffering=0) as file:
            piece = bytes(os.statvfs(self.path).f_bsize)
            try:
                while True:
                    file.write(piece)
            except OSError:
                assert os.statvfs(self.path).f_bavail == 0

    def make_room(self) -> None:
        """Take away what ``fill`` put there."""
        (self.path / "filler").unlink()

    def make_read_only(self) -> None:
        """Allow no writing from now on."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.path)], check=True)


@contextmanager
def mounted(path: Path, size: str) -> Iterator[Disk]:
    """A disk of that size; skips the test where no disk may be mounted."""
    path.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
