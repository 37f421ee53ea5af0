"""Imports as a whole: from files into the store."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.errors import ImportFileError
from assistant.model import ImportReport, Service
from assistant.ports import CatalogueImporter
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.importers import IMPORTERS
from knowledge.importers.sections import describe
from knowledge.importers.subset import problems
from tests.knowledge.importers.large_files import WRITERS, peak_memory

pytestmark = pytest.mark.slow  # trains, indexes or reads large files


@pytest.fixture
def store(tmp_path: Path) -> SqlCatalogueStore:
    """An empty store."""
    return SqlCatalogueStore(tmp_path / "catalogue.db")


def run(store: SqlCatalogueStore, format_name: str, *paths: Path) -> ImportReport:
    """An import as the command line does it."""
    return store.replace(IMPORTERS[format_name]().read(paths))


def kinds(keys: Sequence[str]) -> dict[str, int]:
    """How many keys there are of each kind."""
    return dict(Counter(key.split(":")[0] for key in keys))


def texts(store: SqlCatalogueStore) -> Iterator[str]:
    """Every section text and summary of the public services."""
    for service in store.services():
        for text in service.texts:
            yield text.summary
            yield from (section.text for section in text.sections)


@pytest.mark.parametrize(
    ("format_name", "path"),
    [
        ("bundle", "bundle"),
        ("dldb", "dldb-a"),
        ("dldb", "dldb-b"),
        ("xzufi", "xzufi-2.1.xml"),
        ("xzufi", "xzufi-2.2.xml"),
    ],
)
def test_second_import_changes_nothing(store: SqlCatalogueStore, payloads: Path, format_name: str, path: str) -> None:
    """Reading the same files again leaves every entry unchanged, and all texts are within the subset."""
    first = run(store, format_name, payloads / path)
    second = run(store, format_name, payloads / path)
    assert second.unchanged == first.added != ()
    assert (second.added, second.changed, second.removed) == ((), (), ())
    assert [text for text in texts(store) if problems(text)] == []


@pytest.mark.parametrize(("format_name", "path"), [("dldb", "dldb-a/services.json"), ("xzufi", "xzufi-2.2.xml")])
def test_torn_file_changes_nothing(
    store: SqlCatalogueStore, payloads: Path, tmp_path: Path, format_name: str, path: str
) -> None:
    """A file that ends in its midst raises an error, and the stored catalogue stays as it was."""
    before = run(store, format_name, payloads / path)
    torn = tmp_path / "torn"
    content = (payloads / path).read_bytes()
    torn.write_bytes(content[: len(content) - 60].replace(b"Personalausweis", b"Falsch"))
    with pytest.raises(ImportFileError):
        run(store, format_name, torn)
    assert store.revision == before.revision


def test_importers_name_their_format() -> None:
    """Each importer answers to the name under which it is listed."""
    importers: dict[str, CatalogueImporter] = {name: factory() for name, factory in IMPORTERS.items()}
    assert {name: importer.format for name, importer in importers.items()} == {name: name for name in importers}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("format_name", sorted(WRITERS))
def test_memory_does_not_grow_with_the_file(tmp_path: Path, format_name: str) -> None:
    """Ten times the file takes hardly more memory: a catalogue may be larger than the machine's memory."""
    small, large = tmp_path / "small", tmp_path / "large"
    WRITERS[format_name](small, 3_000_000)
    WRITERS[format_name](large, 30_000_000)
    assert peak_memory(format_name, large) < peak_memory(format_name, small) + 25


@pytest.mark.shared_data
def test_munich(store: SqlCatalogueStore, shared_data: Path) -> None:
    """All of Munich's services and offices are imported, and the report explains whatever is odd."""
    folder = shared_data / "munich-dldb"
    report = run(store, "dldb", folder)
    assert kinds(report.added) == {"service": 287, "office": 109}
    assert report.invalid == ()
    found = Counter(note.split(":")[0] for _, note in report.notes)
    assert found["internal"] == 32 + 9
    assert found["marked as not public, but described for citizens"] == 93
    assert found["empty description"] == 62
    assert found["a description without words"] == 1
    assert found["announces 108 entries but holds 109"] == 1
    assert found["has 4 LeiKa keys; the first is taken"] == 1
    assert found["an address held a placeholder, filled with the id"] == 287 + 109
    assert found["no office"] == 6
    assert sum(note.startswith("shares the LeiKa key") for _, note in report.notes) == 24
    assert len(list(store.services())) == 255
    assert len(list(store.offices())) == 100
    assert [text for text in texts(store) if problems(text)] == []
    empty = [service.id for service in store.services() if not _says_something(service)]
    explained = {place.split("id ")[1].rstrip(")") for place, note in report.notes if "description" in note}
    assert set(empty) <= explained
    assert run(store, "dldb", folder).unchanged == report.added


def _says_something(service: Service) -> bool:
    return any(text.summary or text.sections for text in service.texts)


@pytest.mark.shared_data
def test_most_headings_of_munich_are_classified(shared_data: Path) -> None:
    """Two thirds of the headings inside Munich's descriptions tell a kind; the others name cases, such as whom for."""
    entries = json.loads((shared_data / "munich-dldb" / "services_de.json").read_text("utf-8"))["data"]
    found = [describe(entry["description"] or "") for entry in entries]
    headings = sum(len(description.headings) for description in found)
    unclassified = sum(len(description.unclassified) for description in found)
    assert headings > 190
    assert unclassified <= headings / 3


@pytest.mark.shared_data
def test_berlin(store: SqlCatalogueStore, shared_data: Path) -> None:
    """Berlin's skeleton is imported whole: services without text, offices, topics; references to nothing are named."""
    folder = shared_data / "berlin-dldb"
    report = run(store, "dldb", folder)
    assert kinds(report.added) == {"service": 560, "office": 496, "situation": 18}
    assert report.invalid == ()
    assert sum(note == "no description" for _, note in report.notes) == 560
    assert sum(note.startswith("office ") and note.endswith("does not exist") for _, note in report.notes) == 7
    assert store.services_in_situation("324803")
    assert run(store, "dldb", folder).unchanged == report.added
