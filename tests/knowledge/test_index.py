"""Building, caching and publishing the index."""

import time
from pathlib import Path

import pytest

from assistant.errors import CatalogueEmptyError, IndexBuildError
from assistant.model import Language
from knowledge import index as index_module
from knowledge.index import build_index, current_index
from knowledge.retriever import IndexRetriever, open_retriever
from knowledge.settings import RetrievalSettings
from tests.knowledge.conftest import ListCatalogue, no_progress

pytestmark = pytest.mark.slow  # trains or indexes


def wait_until_found(retriever: IndexRetriever, question: str, service_id: str) -> bool:
    """Whether a service is found within some seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = retriever.search(question, Language.DE, limit=1)
        if found and found[0].service_id == service_id:
            return True
        time.sleep(0.05)
    return False


def test_an_unchanged_catalogue_is_not_built_again(
    built: Path, catalogue: ListCatalogue, settings: RetrievalSettings
) -> None:
    """The second build finds everything there: no training, no stage of work, the same folder."""
    stages: list[str] = []
    folder = build_index(catalogue, built, settings, lambda stage, _: stages.append(stage))
    assert folder == current_index(built)
    assert stages == []


def test_an_empty_catalogue_cannot_be_searched(tmp_path: Path, settings: RetrievalSettings) -> None:
    """Before an import there is nothing to build from, and that is said."""
    with pytest.raises(CatalogueEmptyError):
        build_index(ListCatalogue(()), tmp_path, settings, no_progress)


def test_without_an_index_nothing_is_opened(tmp_path: Path) -> None:
    """Who opens a directory without an index is told to build one."""
    with pytest.raises(IndexBuildError, match="build it"):
        open_retriever(tmp_path)


@pytest.mark.slow
def test_a_broken_build_leaves_the_old_index_in_use(
    catalogue: ListCatalogue,
    bigger: ListCatalogue,
    settings: RetrievalSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A crash while the index is written changes neither the pointer nor what is found, and leaves no rubbish."""
    build_index(catalogue, tmp_path, settings, no_progress)
    before = current_index(tmp_path)

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(index_module, "write_snapshot", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            build_index(bigger, tmp_path, settings, no_progress)
    assert current_index(tmp_path) == before
    assert [path.name for path in (tmp_path / "index").iterdir() if path.is_dir()] == [before.name]
    assert open_retriever(tmp_path).search("Reisepass", Language.DE)


@pytest.mark.slow
def test_a_running_retriever_takes_up_a_new_index(
    catalogue: ListCatalogue, bigger: ListCatalogue, settings: RetrievalSettings, tmp_path: Path
) -> None:
    """After an import the new service is found without a restart, and the old ones still are."""
    build_index(catalogue, tmp_path, settings, no_progress)
    retriever = open_retriever(tmp_path)
    build_index(bigger, tmp_path, settings, no_progress)
    assert wait_until_found(retriever, "Fischereischein", "fischereischein")
    assert retriever.search("Reisepass", Language.DE)[0].service_id == "reisepass"


@pytest.mark.slow
def test_a_broken_new_index_leaves_the_old_one_serving(
    catalogue: ListCatalogue, settings: RetrievalSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A pointer to nothing is logged, and the retriever goes on with what it has."""
    build_index(catalogue, tmp_path, settings, no_progress)
    retriever = open_retriever(tmp_path)
    (tmp_path / "index" / "current").write_text("nowhere", encoding="utf-8")
    end = time.monotonic() + 20
    while not caplog.records and time.monotonic() < end:
        assert retriever.search("Reisepass", Language.DE)
        time.sleep(0.05)
    assert "old one stays in use" in caplog.text
    assert retriever.search("Reisepass", Language.DE)[0].service_id == "reisepass"


@pytest.mark.slow
def test_old_indexes_are_cleared_away(
    catalogue: ListCatalogue, bigger: ListCatalogue, settings: RetrievalSettings, tmp_path: Path
) -> None:
    """The index in use and the one before it stay, with their encoders; older ones go."""
    fewer = ListCatalogue(catalogue.entries[:4])
    folders = [build_index(some, tmp_path, settings, no_progress) for some in (catalogue, bigger, fewer)]
    assert {path for path in (tmp_path / "index").iterdir() if path.is_dir()} == set(folders[1:])
    assert len(list((tmp_path / "encoders").iterdir())) == 2
