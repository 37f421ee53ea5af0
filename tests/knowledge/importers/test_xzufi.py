"""XZuFi files of both versions are read, and only those."""

from datetime import date
from pathlib import Path

import pytest

from assistant.errors import ImportFileError
from assistant.model import (
    Address,
    ImportedEntry,
    ImportNote,
    ImportRecord,
    InvalidEntry,
    Language,
    LifeSituation,
    Office,
    OnlineService,
    Register,
    SectionKind,
    Service,
)
from knowledge.importers import IMPORTERS, guarded

K = SectionKind
HEAD = '<x:a xmlns:x="http://xoev.de/schemata/xzufi/2_2_0">'


def read(*paths: Path) -> list[ImportRecord]:
    """All records of the paths."""
    return list(IMPORTERS["xzufi"]().read(paths))


def service(records: list[ImportRecord], service_id: str) -> tuple[Service, tuple[str, ...]]:
    """The service with that id and its notes."""
    for record in records:
        if isinstance(record, ImportedEntry) and record.entry.id == service_id:
            assert isinstance(record.entry, Service)
            return record.entry, record.notes
    raise AssertionError(f"no service {service_id}")


def test_text_modules_become_sections(payloads: Path) -> None:
    """Each text module is a section of its kind; the author's module is not for citizens."""
    found, _ = service(read(payloads / "xzufi-2.2.xml"), "L100042.S-1001")
    text = found.text(Language.DE)
    assert (text.title, text.synonyms) == ("Reisepass beantragen", ("Reisepass Ausstellung", "Pass"))
    assert text.summary == "Mit dem Reisepass können Sie in alle Länder reisen."
    assert {section.kind: section.text for section in text.sections} == {
        K.OVERVIEW: "Den Pass stellt die Stadt aus, in der Sie wohnen.",
        K.DOCUMENTS: "- Ausweis\n- Foto\n\n+ [Muster für Fotos](https://example.org/fotos)",
        K.REQUIREMENTS: "Sie sind deutsche Staatsangehörige oder deutscher Staatsangehöriger.",
        K.PROCEDURE: "1. Termin buchen\n2. Antrag stellen",
        K.FEE: "- Gebühr: 70,00 EUR",
        K.DURATION: "- 4 Wochen",
        K.DEADLINE: "Es gibt keine Frist.",
        K.VALIDITY: "Er gilt zehn Jahre.",
        K.FORMS: "Formulare vorhanden: ja",
        K.RESPONSIBILITY: "Zuständig ist die Passbehörde.",
        K.LEGAL_BASIS: "§ 6 Passgesetz",
    }


def test_language_versions(payloads: Path) -> None:
    """Each language Roland speaks is a version of its own, plain language too; others are noted."""
    found, notes = service(read(payloads / "xzufi-2.2.xml"), "L100042.S-1001")
    assert found.text(Language.EN).title == "Apply for a passport"
    assert found.text(Language.EN).synonyms == ("Passport, issue",)
    assert found.text(Language.DE, Register.PLAIN).title == "Einen Pass bekommen"
    assert len(found.texts) == 3
    assert "the language 'es' is left out" in notes


def test_frame_of_a_service(payloads: Path) -> None:
    """Key, areas, validity, dates, life situations and what other objects say of the service."""
    found, notes = service(read(payloads / "xzufi-2.2.xml"), "L100042.S-1001")
    assert found.leika_key == "99085001012000"
    assert found.areas == ("040110000000", "040120000000")
    assert "'03361001' is no regional key" in notes
    assert (found.updated_on, found.valid_from, found.valid_until) == (
        date(2026, 2, 3),
        date(2026, 1, 1),
        date(2027, 12, 31),
    )
    assert found.life_situations == ("L100042.reisen",)
    assert found.office_ids == ("L100042.O1",)
    assert found.online_services == (OnlineService("Reisepass online", "https://example.org/online"),)
    assert [form.url for form in found.forms] == ["https://example.org/zustimmung.pdf"]


def test_other_objects(payloads: Path) -> None:
    """Organisational units become offices, categories of life situations become those, the rest is reported."""
    path = payloads / "xzufi-2.2.xml"
    records = read(path)
    entries = [record.entry for record in records if isinstance(record, ImportedEntry)]
    assert LifeSituation("L100042.reisen", {Language.DE: "Reisen"}) in entries
    assert (
        Office(
            "L100042.O1",
            "Passstelle",
            areas=("040110000000",),
            address=Address("Beispielstraße", "1", "28195", "Bremen"),
            phone="0421 361-0",
            email="pass@example.org",
            url="https://example.org/passstelle",
        )
        in entries
    )
    assert [record for record in records if isinstance(record, InvalidEntry)] == [
        InvalidEntry(f"{path}:112", "no name in any language Roland speaks", "L100042.1002")
    ]
    assert [record.text for record in records if isinstance(record, ImportNote)] == [
        "an online service without name or link is left out"
    ]


def test_version_2_1_in_another_encoding(payloads: Path) -> None:
    """The older version is read as well: without prefixes, with inner elements of no namespace, in Latin letters."""
    found, notes = service(read(payloads / "xzufi-2.1.xml"), "77")
    assert found.leika_key == "99050012104000"
    assert found.texts[0].title == "Gewerbe anmelden"
    assert found.texts[0].summary.endswith("droht ein Bußgeld.")
    assert found.texts[0].section(K.FEE) is not None
    assert found.updated_on == date(2017, 11, 24)
    assert notes == ("no office is responsible for it", "'keiner' is no LeiKa key")


def test_objects_may_be_spread_over_files(payloads: Path, tmp_path: Path) -> None:
    """Responsibilities that stand in another file of the folder still find their service."""
    text = (payloads / "xzufi-2.2.xml").read_text("utf-8")
    start, end = text.index("<xzufi:organisationseinheit>"), text.index("</xzufi:organisationseinheit>") + 29
    (tmp_path / "a.xml").write_text(text[:start] + text[end:], "utf-8")
    (tmp_path / "b.xml").write_text(
        HEAD.replace("x:", "xzufi:").replace(":x=", ":xzufi=") + text[start:end] + "</xzufi:a>"
    )
    found, _ = service(read(tmp_path), "L100042.S-1001")
    assert found.office_ids == ("L100042.O1",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"<!DOCTYPE x [<!ENTITY a 'b'>]>{HEAD}<x:leistung><x:id>&a;</x:id></x:leistung></x:a>", "DOCTYPE"),
        (f"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>{HEAD}</x:a>", "DOCTYPE"),
        ("<a/>", "no XZuFi 2.1 or 2.2"),
        ("<x:a/>", "no XZuFi 2.1 or 2.2"),
        ('<a xmlns="http://xoev.de/schemata/xzufi/3_0_0"/>', "no XZuFi 2.1 or 2.2"),
        ("", "no XML"),
        ("{}", "no XML"),
        (f"{HEAD}<x:leistung>", "no XML"),
        (f"{HEAD}{'<x:b>' * 5000}", "no XML"),
    ],
)
def test_unreadable_files_are_named(tmp_path: Path, content: str, reason: str) -> None:
    """A file that is no XZuFi, torn, or dangerous raises an error with its path and the reason."""
    path = tmp_path / "file.xml"
    path.write_text(content)
    with pytest.raises(ImportFileError, match=reason) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_entity_bomb_is_refused_at_once(tmp_path: Path) -> None:
    """Entities that would grow without end are never expanded."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
    path = tmp_path / "file.xml"
    path.write_text(f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>{HEAD}<x:leistung>&e29;</x:leistung></x:a>')
    with pytest.raises(ImportFileError, match="DOCTYPE"):
        read(path)


def test_an_object_of_endless_size_is_refused(tmp_path: Path) -> None:
    """One object larger than any real one stops the import instead of filling the memory."""
    path = tmp_path / "file.xml"
    with path.open("w") as file:
        file.write(f"{HEAD}<x:leistung>")
        for _ in range(guarded.MAX_ENTRY_BYTES // 1_000_000 + 1):
            file.write(f"<x:b>{'x' * 99_989}</x:b>" * 10)
        file.write("</x:leistung></x:a>")
    with pytest.raises(ImportFileError, match="larger than any real one"):
        read(path)


def test_file_without_objects_is_noted(tmp_path: Path) -> None:
    """A message that holds nothing to import says so."""
    path = tmp_path / "file.xml"
    path.write_text(f"{HEAD}</x:a>")
    assert read(path) == [ImportNote(str(path), "holds no service, organisational unit or online service")]
