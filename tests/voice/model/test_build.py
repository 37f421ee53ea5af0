"""Making the test model: once for the same inputs, and never half."""

import json
from pathlib import Path

import pytest
import vosk

from assistant.errors import SpeechUnavailableError
from voice.model import build
from voice.model.build import Plan, build_test_model, fingerprint_of
from voice.model.folder import LABEL, MARK, read_model_folder
from voice.model.training import Training

PLAN = Plan(utterances=30, training=Training(width=8, batch=4, steps=20), processes=1)
SENTENCES = ["was kostet ein reisepass", "wo ist das amt"]


def quietly(message: str) -> None:
    """Tells no progress."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The file the sentences are said to come from."""
    path = tmp_path / "sentences.txt"
    path.write_text("\n".join(SENTENCES), encoding="utf-8")
    return path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders made; the making itself writes one file, and fails where there is nothing to say."""
    folders: list[Path] = []

    def make(folder: Path, sentences: list[str], plan: Plan, say: build.Say) -> None:
        folders.append(folder)
        (folder / "part").write_text("half")
        if not sentences:
            raise SpeechUnavailableError("nothing to say")

    monkeypatch.setattr(build, "require_tools", dict)
    monkeypatch.setattr(build, "_make", make)
    return folders


def test_a_model_is_made_once_for_its_inputs(tmp_path: Path, source: Path, made: list[Path]) -> None:
    """The same texts and plan make nothing anew; another text or another plan does."""
    model = tmp_path / "model"
    assert build_test_model(model, [source], lambda: SENTENCES, quietly, PLAN)
    assert not build_test_model(model, [source], lambda: SENTENCES, quietly, PLAN)
    source.write_text("etwas anderes", encoding="utf-8")
    assert build_test_model(model, [source], lambda: SENTENCES, quietly, PLAN)
    assert build_test_model(model, [source], lambda: SENTENCES, quietly, Plan(seed=2))
    assert len(made) == 3


def test_the_model_is_labelled(tmp_path: Path, source: Path, made: list[Path]) -> None:
    """Mark and README say that it is not for callers."""
    build_test_model(tmp_path / "model", [source], lambda: SENTENCES, quietly, PLAN)
    assert json.loads((tmp_path / "model" / MARK).read_text(encoding="utf-8"))["label"] == LABEL
    assert "not for callers" in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")


def test_a_failed_making_leaves_the_old_model(tmp_path: Path, source: Path, made: list[Path]) -> None:
    """What cannot be finished takes no place, and nothing of it stays behind."""
    model = tmp_path / "model"
    build_test_model(model, [source], lambda: SENTENCES, quietly, PLAN)
    before = fingerprint_of(model)
    with pytest.raises(SpeechUnavailableError):
        build_test_model(model, [source], list, quietly, Plan(seed=2))
    assert fingerprint_of(model) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "sentences.txt"]


def test_a_broken_mark_counts_as_no_model(tmp_path: Path) -> None:
    """A mark that cannot be read makes the model be made anew."""
    assert not fingerprint_of(tmp_path)
    (tmp_path / MARK).write_text("{", encoding="utf-8")
    assert not fingerprint_of(tmp_path)


def test_every_module_that_decides_is_watched() -> None:
    """A new module of the making must be named, or say here that it changes nothing of the model."""
    modules = {path.stem for path in Path(build.__file__).parent.glob("*.py")}
    assert modules - set(build._DECIDING) == {"__init__", "folder", "measure", "speaking"}


@pytest.mark.slow
def test_the_whole_way_gives_the_same_model_twice(tmp_path: Path, source: Path) -> None:
    """From sentences to a folder that Vosk loads, equal file by file when it is made again."""
    told: list[str] = []
    for name in ("one", "two"):
        assert build_test_model(tmp_path / name, [source], lambda: SENTENCES, told.append, PLAN)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    same = [path for path in files if (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()]
    assert set(files) - set(same) <= {Path(MARK)}  # how long it took
    found = read_model_folder(tmp_path / "one")
    assert found.takes_grammar
    assert found.rate == 8000
    assert any("speaking: 100 %" in line for line in told)
    vosk.SetLogLevel(-1)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(tmp_path / "one")), found.rate)
    recogniser.AcceptWaveform(bytes(16_000))
    assert "text" in json.loads(recogniser.FinalResult())
