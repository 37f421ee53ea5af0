"""What every ``CatalogueStore`` promises."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import StaticPool, create_engine

from assistant.errors import CatalogueEmptyError, RemovalRefusedError, StorageError, StorageUnavailableError
from assistant.model import (
    Entry,
    ImportedEntry,
    ImportNote,
    ImportRecord,
    InvalidEntry,
    Language,
    LifeSituation,
    Office,
    OfficeNote,
    Section,
    SectionKind,
    Service,
    ServiceText,
)
from assistant.ports import CatalogueStore
from assistant.storage.catalogue import SqlCatalogueStore

OFFICE = Office("amt", "Amt", hours_note="mit Termin", translations=(OfficeNote("mit Termin", "بموعد", Language.AR),))
MOVE = LifeSituation("umzug", {Language.DE: "Umzug", Language.AR: "الانتقال"}, order=20)
TRAVEL = LifeSituation("reise", {Language.DE: "Reise"}, order=10)


def service(service_id: str, fee: str = "gebührenfrei", *, public: bool = True) -> Service:
    """A small service whose fee section says ``fee``."""
    text = ServiceText(Language.DE, service_id.title(), sections=(Section(SectionKind.FEE, fee),))
    return Service(
        service_id, (text,), updated_on=date(2025, 9, 1), life_situations=("umzug",), office_ids=("amt",), public=public
    )


def records(*entries: Entry) -> Iterator[ImportRecord]:
    """The entries as an importer yields them, at the places ``file:0``, ``file:1`` and so on."""
    for number, entry in enumerate(entries):
        yield ImportedEntry(entry, f"file:{number}")


@pytest.fixture(params=["file", "engine"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CatalogueStore]:
    """An empty store of each kind."""
    if request.param == "file":
        yield SqlCatalogueStore(tmp_path / "data" / "catalogue.db")
        return
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    yield SqlCatalogueStore(engine)
    engine.dispose()


def test_reads_back_what_was_imported(store: CatalogueStore) -> None:
    """Every field of an entry comes back as it was given."""
    passport = service("pass")
    report = store.replace(records(passport, OFFICE, MOVE, TRAVEL))
    assert report.added == ("office:amt", "service:pass", "situation:reise", "situation:umzug")
    assert store.service("pass") == passport
    assert store.office("amt") == OFFICE
    assert list(store.life_situations()) == [TRAVEL, MOVE]
    assert store.services_in_situation("umzug") == (passport,)
    assert store.services_in_situation("reise") == ()


def test_lists_entries_by_id_across_pages(store: CatalogueStore) -> None:
    """All public entries are listed once, by id, however many there are."""
    ids = [f"s{number:04}" for number in range(450)]
    store.replace(records(*(service(service_id) for service_id in reversed(ids))))
    assert [found.id for found in store.services()] == ids
    assert list(store.offices()) == []


def test_hides_internal_entries(store: CatalogueStore) -> None:
    """An entry that is not public is stored but never read by the assistant."""
    hidden = replace(OFFICE, public=False)
    report = store.replace(records(service("intern", public=False), service("offen"), hidden))
    assert "service:intern" in report.added
    assert store.service("intern") is None
    assert store.office("amt") is None
    assert [found.id for found in store.services()] == ["offen"]
    assert [found.id for found in store.services_in_situation("umzug")] == ["offen"]


def test_tells_what_changed(store: CatalogueStore) -> None:
    """A second import reports and applies additions, changes and removals, and leaves equal entries alone."""
    store.replace(records(service("bleibt"), service("anders"), service("geht")))
    report = store.replace(records(service("bleibt"), service("anders", "70,00 Euro"), service("kommt")))
    assert (report.added, report.changed) == (("service:kommt",), ("service:anders",))
    assert (report.unchanged, report.removed) == (("service:bleibt",), ("service:geht",))
    assert not report.dry_run
    assert store.service("geht") is None
    changed = store.service("anders")
    assert changed is not None
    assert changed.texts[0].sections[0].text == "70,00 Euro"


def test_reimport_changes_nothing(store: CatalogueStore) -> None:
    """The same records again leave every entry and the revision unchanged."""
    first = store.replace(records(service("pass"), OFFICE, MOVE))
    second = store.replace(records(service("pass"), OFFICE, MOVE))
    assert second.unchanged == first.added
    assert (second.added, second.changed, second.removed, second.dry_run) == ((), (), (), False)
    assert second.revision == first.revision == store.revision


def test_revision_follows_the_content(store: CatalogueStore) -> None:
    """The revision is empty before the first import and changes with every change."""
    assert store.revision == ""
    seen = [store.replace(records(service("pass", fee))).revision for fee in ("1 Euro", "2 Euro", "3 Euro")]
    assert len({"", *seen}) == 4
    assert store.revision == seen[-1]


def test_a_great_loss_must_be_meant(store: CatalogueStore) -> None:
    """An import that removes more than half of a kind changes nothing unless that is allowed; half is no great loss."""
    store.replace(records(*map(service, "abcd"), OFFICE))
    with pytest.raises(RemovalRefusedError, match="3 of kind service"):
        store.replace(records(service("a"), service("new")), allow_removal=False)
    assert [found.id for found in store.services()] == ["a", "b", "c", "d"]
    assert store.replace(records(service("a")), dry_run=True, allow_removal=False).losses == {"service": 3}
    assert store.replace(records(*map(service, "ab")), allow_removal=False).removed == ("service:c", "service:d")
    assert store.replace(records(service("new"))).losses == {"service": 2}


def test_other_kinds_stay(store: CatalogueStore) -> None:
    """An import without offices leaves the stored offices as they are."""
    store.replace(records(service("pass"), OFFICE))
    report = store.replace(records(service("ausweis")))
    assert report.removed == ("service:pass",)
    assert store.office("amt") == OFFICE


def test_dry_run_only_reports(store: CatalogueStore) -> None:
    """A dry run reports what an import would do and does nothing of it."""
    store.replace(records(service("pass")))
    before = store.revision
    report = store.replace(records(service("ausweis")), dry_run=True)
    assert report.dry_run
    assert (report.added, report.removed) == (("service:ausweis",), ("service:pass",))
    assert report.revision == store.revision == before
    assert store.service("ausweis") is None
    assert store.service("pass") is not None


def test_invalid_record_keeps_the_stored_entry(store: CatalogueStore) -> None:
    """A record that became invalid is reported, and the entry stored under its id survives."""
    store.replace(records(service("pass"), service("ausweis")))
    broken = InvalidEntry("file:2", "no title", "pass")
    report = store.replace([*records(service("ausweis")), broken])
    assert report.invalid == (broken,)
    assert report.removed == ()
    assert store.service("pass") == service("pass")


def test_second_entry_with_an_id_is_invalid(store: CatalogueStore) -> None:
    """Of two entries with one id the first counts; the second is reported with the place of the first."""
    report = store.replace(records(service("pass", "1 Euro"), service("pass", "2 Euro"), replace(OFFICE, id="pass")))
    assert report.added == ("office:pass", "service:pass")
    assert [(found.place, found.entry_id) for found in report.invalid] == [("file:1", "pass")]
    assert "file:0" in report.invalid[0].reason
    assert store.service("pass") == service("pass", "1 Euro")


def test_notes_come_through(store: CatalogueStore) -> None:
    """Notes on entries and on files stand in the report with their places."""
    odd: list[ImportRecord] = [ImportedEntry(OFFICE, "a:1", ("empty", "old")), ImportNote("a", "108 announced")]
    assert store.replace(odd).notes == (("a:1", "empty"), ("a:1", "old"), ("a", "108 announced"))


def test_failing_source_changes_nothing(store: CatalogueStore) -> None:
    """An exception in the midst of the records leaves the stored catalogue as it was, and the next import works."""
    before = store.replace(records(service("pass"))).revision

    def broken() -> Iterable[ImportRecord]:
        yield from records(*(service(f"s{number}") for number in range(500)))
        raise ValueError("torn file")

    with pytest.raises(ValueError, match="torn file"):
        store.replace(broken())
    assert store.revision == before
    assert [found.id for found in store.services()] == ["pass"]
    assert store.replace(records(service("pass"))).unchanged == ("service:pass",)


def test_nothing_imported_changes_nothing(store: CatalogueStore) -> None:
    """An import of no records at all removes nothing."""
    store.replace(records(service("pass")))
    report = store.replace([])
    assert report.removed == ()
    assert store.service("pass") is not None


async def test_ping_tells_an_empty_catalogue(store: CatalogueStore) -> None:
    """The health check fails until something has been imported."""
    with pytest.raises(CatalogueEmptyError):
        await store.ping()
    store.replace(records(service("pass")))
    await store.ping()


def test_reads_from_many_threads_while_importing(tmp_path: Path) -> None:
    """Readers see whole imports only: every service of one import has the same fee."""
    store = SqlCatalogueStore(tmp_path / "catalogue.db", check_every=0)
    ids = [f"s{number}" for number in range(20)]
    store.replace(records(*(service(service_id, "0") for service_id in ids)))

    def read(_: int) -> set[str]:
        return {found.texts[0].sections[0].text for found in store.services()}

    with ThreadPoolExecutor(4) as pool:
        reading = pool.map(read, range(60))
        for fee in range(1, 6):
            store.replace(records(*(service(service_id, str(fee)) for service_id in ids)))
        assert all(len(fees) == 1 for fees in reading)


@pytest.mark.slow
def test_sees_an_import_of_another_process(tmp_path: Path) -> None:
    """A store notices what another process imported once the check is due, and not by chance earlier."""
    path = tmp_path / "catalogue.db"
    now = 0.0
    store = SqlCatalogueStore(path, check_every=1.0, clock=lambda: now)
    store.replace(records(service("pass")))
    assert store.service("pass") is not None
    script = (
        "import sys; from pathlib import Path\n"
        "from assistant.model import *\n"
        "from assistant.storage.catalogue import SqlCatalogueStore\n"
        "text = ServiceText(Language.DE, 'Neu')\n"
        "SqlCatalogueStore(Path(sys.argv[1])).replace([ImportedEntry(Service('neu', (text,)), 'x')])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, env=environment)
    assert store.service("pass") is not None
    now = 1.5
    assert store.service("pass") is None
    assert store.service("neu") is not None


def test_locked_file_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that cannot get the lock says that the storage is unavailable; reading goes on meanwhile."""
    monkeypatch.setattr("assistant.storage.catalogue._LOCK_TIMEOUT_S", 0.05)
    path = tmp_path / "catalogue.db"
    store = SqlCatalogueStore(path)
    store.replace(records(service("pass")))
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailableError, match="locked"):
            store.replace(records(service("ausweis")))
        assert [found.id for found in store.services()] == ["pass"]
    finally:
        other.close()
    assert store.replace(records(service("ausweis"))).added == ("service:ausweis",)


def test_full_disk_is_unavailable_and_changes_nothing(tmp_path: Path) -> None:
    """An import that does not fit says that the storage is unavailable and leaves the catalogue as it was."""
    path = tmp_path / "catalogue.db"
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False})
    store = SqlCatalogueStore(engine)
    store.replace(records(service("pass")))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 16")
    with pytest.raises(StorageUnavailableError, match="full"):
        store.replace(records(*(service(f"s{number}", "x" * 1000) for number in range(200))))
    assert [found.id for found in store.services()] == ["pass"]
    engine.dispose()


def test_read_only_file_can_be_read_but_not_changed(tmp_path: Path) -> None:
    """A catalogue on a read-only medium answers; an import says that the storage is unavailable."""
    path = tmp_path / "catalogue.db"
    SqlCatalogueStore(path).replace(records(service("pass")))
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    store = SqlCatalogueStore(engine)
    with pytest.raises(StorageUnavailableError, match="readonly"):
        store.replace(records(service("ausweis")))
    assert [found.id for found in store.services()] == ["pass"]
    engine.dispose()


def test_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    """A file of something else in the catalogue's place is an error of the storage that names it."""
    path = tmp_path / "catalogue.db"
    path.write_text("no database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        SqlCatalogueStore(path)


def test_path_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """A data directory that cannot be made is an error of the storage, not a crash."""
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageUnavailableError):
        SqlCatalogueStore(tmp_path / "data" / "catalogue.db")
