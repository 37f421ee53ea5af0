"""The installation's secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import StorageError
from assistant.storage.secret import load_secret


def test_all_get_the_same_secret(tmp_path: Path) -> None:
    """However many start at once, there is one secret, 256 bits long and readable by its owner alone."""
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(load_secret, [folder] * 32))
    assert len(found) == 1
    assert len(found.pop()) == 32
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret.key"]


def test_damaged_secret_is_told(tmp_path: Path) -> None:
    """A secret of the wrong length is an error, not a weaker secret."""
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(StorageError, match=r"secret\.key"):
        load_secret(tmp_path)
