"""``roland voice``: what is told of a recogniser's model."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Roland


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with the files of a model, marked as the test model."""
    folder = tmp_path / "model"
    for name in ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("--sample-frequency=8000\n", encoding="utf-8")
    (folder / "synthetic-test-model.json").write_text('{"language": "de"}', encoding="utf-8")
    return folder


def test_the_test_model_is_shown_as_such(roland: Roland, model: Path) -> None:
    """Whoever looks at it reads that it is not for callers, and where a real one comes from."""
    result = roland("voice", "model", "show", model)
    assert result.exit_code == 0
    assert "synthetic test model: not for callers" in result.stdout
    assert "8000 Hz" in result.stdout
    assert "docs/voice-model.md" in result.stderr


def test_machines_are_told_too(roland: Roland, model: Path) -> None:
    """The JSON says the same."""
    told = json.loads(roland("voice", "model", "show", model, "--json").stdout)
    assert told["is_test_model"] is True
    assert told["takes_grammar"] is True
    assert told["rate"] == 8000
    assert told["path"] == str(model)


def test_a_folder_without_a_model_is_an_error(roland: Roland, tmp_path: Path) -> None:
    """The message names what is missing."""
    result = roland("voice", "model", "show", tmp_path)
    assert result.exit_code == 1
    assert "am/final.mdl" in result.stderr


def test_recordings_without_words_are_an_error(roland: Roland, model: Path, tmp_path: Path) -> None:
    """A folder without recordings measures nothing, and says so."""
    (tmp_path / "empty").mkdir()
    result = roland("voice", "model", "check", "--wer", tmp_path / "empty", model)
    assert result.exit_code == 1
    assert "NAME.wav" in result.stderr
