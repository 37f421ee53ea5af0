"""What a model's folder tells about it."""

from pathlib import Path

import pytest

from assistant.errors import SpeechUnavailableError
from assistant.model import Language
from voice.model.folder import LABEL, MARK, read_model_folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with the files of a model that looks ahead, though none that Vosk could read."""
    for name, content in {
        "am/final.mdl": "network",
        "conf/model.conf": "",
        "conf/mfcc.conf": "# features\n--num-ceps=40\n--sample-frequency=8000 # telephone\n",
        "graph/HCLr.fst": "",
        "graph/Gr.fst": "",
        "graph/words.txt": "<eps> 0\nja 1\nnein 2\n[unk] 3\n#0 4\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_rate_words_and_size_are_read(model: Path) -> None:
    """The rate is that of the features; marks among the words do not count."""
    found = read_model_folder(model)
    assert (found.rate, found.words, found.takes_grammar) == (8000, 2, True)
    assert found.size == sum(path.stat().st_size for path in model.rglob("*") if path.is_file())


def test_a_static_graph_takes_no_grammar(model: Path) -> None:
    """Vosk prefers the static graph, with which a step cannot restrict the words."""
    (model / "graph/HCLG.fst").touch()
    assert not read_model_folder(model).takes_grammar


def test_without_a_rate_it_is_the_usual_one(model: Path) -> None:
    """Kaldi's features are for 16 kHz unless they say otherwise."""
    (model / "conf/mfcc.conf").write_text("--num-ceps=40\n", encoding="utf-8")
    assert read_model_folder(model).rate == 16_000


def test_only_the_marked_model_is_the_test_model(model: Path) -> None:
    """A model without the mark is a city's own; with it, it is labelled as not for callers."""
    own = read_model_folder(model)
    assert not own.is_test_model
    assert own.language is None
    assert LABEL not in own.kind
    (model / MARK).write_text('{"language": "de"}', encoding="utf-8")
    marked = read_model_folder(model)
    assert marked.is_test_model
    assert marked.language is Language.DE
    assert "not for callers" in marked.kind


@pytest.mark.parametrize("missing", ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/Gr.fst"])
def test_what_is_missing_is_named(model: Path, missing: str) -> None:
    """A folder that lacks a part is no model, and the error names the part."""
    (model / missing).unlink()
    with pytest.raises(SpeechUnavailableError, match=missing):
        read_model_folder(model)


def test_a_static_graph_needs_its_list_of_words(model: Path) -> None:
    """It numbers the words; without the list nobody knows which is which."""
    (model / "graph/HCLG.fst").touch()
    (model / "graph/words.txt").unlink()
    with pytest.raises(SpeechUnavailableError, match=r"words\.txt"):
        read_model_folder(model)
