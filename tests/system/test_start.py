"""What cannot work is said at the start, in one line and with an exit code, never as a stack trace."""

import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.system.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def refuses_to_start(installation: Installation, *words: str, code: int = 1) -> None:
    """``roland serve`` ends by itself with that exit code, and what it says holds all the words."""
    done = installation.run("serve")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    told = " ".join(done.stderr.split())
    for word in words:
        assert word in told, done.stderr


def index_of(installation: Installation) -> Path:
    """The folder of the index in use."""
    index = installation.data / "index"
    return index / (index / "current").read_text(encoding="utf-8").strip()


def test_nothing_is_set_up(tmp_path: Path, prepared: Installation) -> None:
    """An empty data directory is told with the command that fills it."""
    refuses_to_start(replace(prepared, data=tmp_path / "data"), "roland setup-data")


def test_no_model(tmp_path: Path, bremen: Installation) -> None:
    """A missing language model is told with the command that trains it."""
    refuses_to_start(replace(bremen, models=tmp_path / "none"), "nlu_model_missing", "roland nlu train")


def remove(file: Path) -> None:
    """The file is gone."""
    file.unlink()


def cut(file: Path) -> None:
    """Only the beginning of the file is there."""
    file.write_bytes(file.read_bytes()[:1000])


@pytest.mark.parametrize("damage", [remove, cut])
def test_half_a_model(tmp_path: Path, bremen: Installation, damage: Callable[[Path], None]) -> None:
    """A language model with a broken file is told with the folder to remove."""
    shutil.copytree(bremen.models, tmp_path / "nlu")
    shelf = tmp_path / "nlu" / "spacy"
    model = shelf / (shelf / "current").read_text(encoding="utf-8").strip()
    damage(max((path for path in model.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size))
    refuses_to_start(replace(bremen, models=tmp_path / "nlu"), "nlu_model_missing", model.name)


def no_folder(index: Path) -> None:
    """The index is gone, its name is still there."""
    shutil.rmtree(index)


def no_manifest(index: Path) -> None:
    """The index has lost its first file."""
    (index / "manifest.json").unlink()


def cut_vectors(index: Path) -> None:
    """Half of a file is missing, as after a full disk."""
    path = index / "passage_vectors" / "vectors.npy"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def foreign_bytes(index: Path) -> None:
    """A file holds something else."""
    path = index / "passage_vectors" / "nearest.faiss"
    path.unlink()
    path.write_bytes(b"no index at all" * 100)


def no_encoder(index: Path) -> None:
    """The encoder that belongs to the index is gone."""
    shutil.rmtree(index.parents[1] / "encoders")


@pytest.mark.parametrize("damage", [no_folder, no_manifest, cut_vectors, foreign_bytes, no_encoder])
def test_broken_index(bremen: Installation, damage: Callable[[Path], None]) -> None:
    """A search index that cannot be read is told as such, whatever is broken about it."""
    damage(index_of(bremen))
    refuses_to_start(bremen, "error (index)")


def test_a_setup_mends_a_broken_index(bremen: Installation) -> None:
    """After an index was lost, ``roland setup-data`` builds it anew and questions are answered again."""
    no_folder(index_of(bremen))
    assert bremen.run("ask", "Was kostet ein Reisepass?").returncode == 1
    assert bremen.run("setup-data").returncode == 0
    assert "70,00 Euro" in bremen.run("ask", "Was kostet ein Reisepass?").stdout


def test_unknown_setting(tmp_path: Path, bremen: Installation) -> None:
    """A misspelt key of the configuration is told with the nearest one there is."""
    config = tmp_path / "city.toml"
    config.write_text(bremen.config.read_text(encoding="utf-8").replace("frame_ancestors", "frame_ancestor"), "utf-8")
    refuses_to_start(replace(bremen, config=config), "http.frame_ancestor", "http.frame_ancestors")


def test_taken_port(bremen: Installation) -> None:
    """A port that another program uses is told; the exit code is the web server's own for a failed start."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refuses_to_start(bremen.having({"http.port": port}), "address already in use", str(port), code=3)
