"""The shelf of trained models: nothing half built is ever used."""

from pathlib import Path

import pytest

from assistant.errors import NluModelMissingError
from nlu.models import ModelShelf


def build(folder: Path) -> None:
    """A model of one file."""
    (folder / "model").write_text("learned", encoding="utf-8")


def never(folder: Path) -> None:
    """A training that must not happen."""
    raise AssertionError(folder)


def test_an_empty_shelf_says_how_to_train(tmp_path: Path) -> None:
    """Without a model, the error names the command that makes one."""
    with pytest.raises(NluModelMissingError, match="roland nlu train"):
        ModelShelf(tmp_path, "spacy").current()


def test_the_model_provided_last_is_current(tmp_path: Path) -> None:
    """Each new model takes the place of the one before."""
    shelf = ModelShelf(tmp_path, "spacy")
    for fingerprint in ("a", "b", "a"):
        assert shelf.provide(fingerprint, build) == shelf.current() == tmp_path / "spacy" / fingerprint
    assert (shelf.current() / "model").read_text(encoding="utf-8") == "learned"


def test_the_same_content_is_trained_once(tmp_path: Path) -> None:
    """A model that is there is not built again."""
    shelf = ModelShelf(tmp_path, "spacy")
    shelf.provide("a", build)
    shelf.provide("a", never)


def test_a_training_that_fails_leaves_the_old_model_serving(tmp_path: Path) -> None:
    """An error half-way changes nothing and leaves nothing behind."""

    def break_down(folder: Path) -> None:
        build(folder)
        raise OSError("disk full")

    shelf = ModelShelf(tmp_path, "spacy")
    shelf.provide("a", build)
    with pytest.raises(OSError, match="disk full"):
        shelf.provide("b", break_down)
    assert shelf.current().name == "a"
    assert sorted(path.name for path in (tmp_path / "spacy").iterdir()) == ["a", "current"]


def test_of_old_models_one_is_kept(tmp_path: Path) -> None:
    """The current model and one before it stay; older ones go."""
    shelf = ModelShelf(tmp_path, "spacy")
    for fingerprint in "abcd":
        shelf.provide(fingerprint, build)
    models = {path.name for path in (tmp_path / "spacy").iterdir() if path.is_dir()}
    assert "d" in models
    assert len(models) == 2


def test_two_trainings_at_once_do_no_harm(tmp_path: Path) -> None:
    """Where another process finishes the same model first, its model is used."""
    shelf = ModelShelf(tmp_path, "spacy")

    def overtaken(folder: Path) -> None:
        build(folder)
        ModelShelf(tmp_path, "spacy").provide("a", build)

    assert shelf.provide("a", overtaken) == shelf.current()


def test_a_pointer_to_nowhere_is_a_missing_model(tmp_path: Path) -> None:
    """A model somebody removed by hand is reported as missing."""
    (tmp_path / "spacy").mkdir()
    (tmp_path / "spacy" / "current").write_text("gone\n", encoding="utf-8")
    with pytest.raises(NluModelMissingError):
        ModelShelf(tmp_path, "spacy").current()
