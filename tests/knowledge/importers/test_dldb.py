"""DLDB catalogues are read with all their quirks."""

import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ImportFileError
from assistant.model import (
    Entry,
    ImportedEntry,
    ImportNote,
    ImportRecord,
    InvalidEntry,
    LifeSituation,
    Office,
    OpeningHours,
    Section,
    SectionKind,
    Service,
    Weekday,
)
from knowledge.importers import IMPORTERS, guarded
from knowledge.importers.dldb_office import read_office
from knowledge.importers.dldb_service import read_service

K = SectionKind


def read(*paths: Path) -> list[ImportRecord]:
    """All records of the paths."""
    return list(IMPORTERS["dldb"]().read(paths))


def imported(records: list[ImportRecord], entry_id: str) -> tuple[Entry, tuple[str, ...]]:
    """The entry with that id and its notes."""
    return next(
        (record.entry, record.notes)
        for record in records
        if isinstance(record, ImportedEntry) and record.entry.id == entry_id
    )


def test_reads_a_service_of_munich(payloads: Path) -> None:
    """Description, fee, keywords, placeholders, forms and offices of Munich's dialect come out as one would hope."""
    service, notes = imported(read(payloads / "dldb-a"), "101")
    assert isinstance(service, Service)
    text = service.texts[0]
    assert (text.title, text.synonyms) == ("Personalausweis", ("Perso", "Ausweis"))
    assert text.summary == "Sie erhalten den Ausweis im Scheckkartenformat."
    assert text.sections == (
        Section(K.OVERVIEW, "**Ganz anderes**\n\nText"),
        Section(K.FEE, "- ab 24 Jahren: 46 Euro"),
        Section(K.VALIDITY, "Zehn Jahre.\n\n**Nur mit Termin.**", "Gültigkeitsdauer"),
        Section(K.OTHER, "- [Datenschutz](https://example.org/d)"),
    )
    assert service.updated_on == date(2026, 6, 8)
    assert service.url == service.appointment_url == "https://example.org/#/services/101"
    assert [form.title for form in service.forms] == ["Vollmacht"]
    assert service.office_ids == ("7",)
    assert notes == (
        "headings of no known kind: Ganz anderes",
        "an address held a placeholder, filled with the id",
        "office 99 does not exist",
        "the forms repeat the links; those that look like forms are taken",
    )


def test_reads_a_service_of_berlin(payloads: Path) -> None:
    """The fields of Berlin's live export become the sections they are."""
    service, notes = imported(read(payloads / "dldb-b"), "120335")
    assert isinstance(service, Service)
    assert service.texts[0].sections == (
        Section(K.DOCUMENTS, "- Ausweis Personalausweis oder Pass\n- [Formular](https://example.org/f)"),
        Section(K.REQUIREMENTS, "- Sie ziehen ins Ausland\n\n  oder geben eine Nebenwohnung auf"),
        Section(K.FEE, "gebührenfrei"),
        Section(K.DURATION, "sofort"),
        Section(K.ONLINE, "Auch online möglich."),
        Section(K.RESPONSIBILITY, "jedes Bürgeramt"),
        Section(K.LEGAL_BASIS, "- [§ 17 BMG](https://example.org/bmg)"),
        Section(K.OTHER, "- [Mehr dazu](https://example.org/mehr)"),
    )
    assert service.online_services[0].url == "https://example.org/online"
    assert service.forms[0].url == "https://example.org/a.pdf"
    assert service.appointment_url is None
    assert service.life_situations == ("324835",)
    assert notes == ()


def test_reads_an_office_of_berlin(payloads: Path) -> None:
    """Opening hours become spans, days of equal hours together; what is no span stays as it is written."""
    office, _ = imported(read(payloads / "dldb-b"), "122207")
    assert isinstance(office, Office)
    assert office.opening_hours == (
        OpeningHours((Weekday.MO, Weekday.TH), time(8), time(15)),
        OpeningHours((Weekday.TU,), time(11), time(18)),
        OpeningHours((Weekday.WE,), time(8), time(12)),
        OpeningHours((Weekday.WE,), time(13), time(15)),
    )
    assert office.hours_note == "nach Vereinbarung; Heiligabend geschlossen"
    assert office.transport == "Bus 120; U9 Leopoldplatz"
    assert (office.phone, office.email, office.url) == ("(030) 115", "amt@example.org", "https://example.org/amt")
    assert office.address is not None
    assert office.address.addition == "Eingang im Hof"


def test_reads_an_office_of_munich(payloads: Path) -> None:
    """People see the office's name without the department's sign; ``false`` in an address is none."""
    records = read(payloads / "dldb-a")
    office, _ = imported(records, "7")
    assert isinstance(office, Office)
    assert (office.name, office.email, office.source_url) == ("Bürgerbüro", None, "https://example.org/#/locations/7")
    hidden, notes = imported(records, "8")
    assert isinstance(hidden, Office)
    assert (hidden.public, hidden.address) == (False, None)
    assert notes == ("internal: imported, but not shown to the public", "no address")


def test_everything_odd_is_noted_with_its_place(payloads: Path) -> None:
    """Internal, empty and broken entries, shared keys and wrong counts stand in the report with file and position."""
    records = read(payloads / "dldb-a")
    assert imported(records, "102")[1] == (
        "the description is false",
        "internal: imported, but not shown to the public",
        "no office",
        "shares the LeiKa key 99008001000000 with service 101",
    )
    assert imported(records, "103")[1] == (
        "empty description",
        "has 2 LeiKa keys; the first is taken: 99036008007003, 99036008007004",
    )
    path = payloads / "dldb-a" / "services.json"
    assert [record for record in records if isinstance(record, InvalidEntry)] == [
        InvalidEntry(f"{path}: data[3]", "no name", "104"),
        InvalidEntry(f"{path}: data[4]", "no id", None),
        InvalidEntry(f"{path}: data[5]", "not an object", None),
    ]
    notes = [record.text for record in records if isinstance(record, ImportNote)]
    assert "announces 7 entries but holds 6" in notes
    assert any(isinstance(record, ImportedEntry) and record.place == f"{path}: data[0] (id 101)" for record in records)


def test_files_are_told_by_their_content(payloads: Path, tmp_path: Path) -> None:
    """Names of files do not matter: topics become life situations, authorities are noted, references find their aim."""
    for number, path in enumerate(sorted((payloads / "dldb-b").iterdir())):
        (tmp_path / f"{9 - number}.json").write_bytes(path.read_bytes())
    records = read(tmp_path)
    situations = [r.entry for r in records if isinstance(r, ImportedEntry) and isinstance(r.entry, LifeSituation)]
    assert [situation.id for situation in situations] == ["324835"]
    assert imported(records, "120335")[1] == ()
    assert any(isinstance(record, ImportNote) and "authorities" in record.text for record in records)


def test_services_alone_keep_their_references(payloads: Path) -> None:
    """Without a file of offices nobody can tell which exist, so none is dropped."""
    service, notes = imported(read(payloads / "dldb-a" / "services.json"), "101")
    assert isinstance(service, Service)
    assert service.office_ids == ("7", "99")
    assert not any("does not exist" in note for note in notes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no JSON"),
        (b"<xml/>", "no JSON"),
        (b'{"data": [{"id": "1", "locations": []}', "no JSON"),
        (b'{"data": [{"id": "\xff", "locations": []}]}', "no JSON"),
        (b"[1, 2]", "no DLDB file"),
        (b'{"data": {}}', "no DLDB file"),
        (b'{"data": [{"id": "1", "colour": "red"}]}', "no DLDB file"),
    ],
)
def test_unreadable_files_are_named(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file that is no DLDB raises an error with its path and the reason."""
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=reason) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A path that is not there raises an error that names it."""
    with pytest.raises(ImportFileError, match="nichts"):
        read(tmp_path / "nichts.json")


def test_byte_order_mark_is_skipped(payloads: Path, tmp_path: Path) -> None:
    """A file saved by an editor with a byte order mark is read all the same."""
    path = tmp_path / "services.json"
    path.write_bytes(b"\xef\xbb\xbf" + (payloads / "dldb-b" / "services.json").read_bytes())
    assert imported(read(path), "120335")


@pytest.mark.slow
def test_an_entry_of_endless_size_is_refused(tmp_path: Path) -> None:
    """One entry larger than any real one stops the import instead of filling the memory."""
    path = tmp_path / "services.json"
    with path.open("w") as file:
        file.write('{"data": [{"id": "1", "locations": [], "name": "')
        for _ in range(guarded.MAX_ENTRY_BYTES // 1_000_000 + 1):
            file.write("x" * 1_000_000)
        file.write('"}]}')
    with pytest.raises(ImportFileError, match="larger than any real one"):
        read(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("description", "fees", "leika", "public", "meta", "locations", "forms", "links", "appointment", "legal"),
    *("requirements", "prerequisites", "process_time", "onlineprocessing", "responsibility", "relation"),
    *("address", "contact", "opening_times", "transit", "accessibility", "displayName"),
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8))
def test_fields_of_any_type_are_survived(fields: dict[str, Any]) -> None:
    """Whatever stands in a field, the entry is read or the field passed over; nothing breaks."""
    data = {**json.loads(json.dumps(fields)), "id": "1", "name": "Leistung"}
    assert read_service(data, frozenset(), frozenset(), []).id == "1"
    assert read_office(data, []).id == "1"
