"""Notes of offices are told in other languages only as far as they say what the German says."""

from pathlib import Path
from shutil import copytree

import pytest

from assistant.model import ImportedEntry, ImportNote, Language, Office, OfficeNote, Register
from knowledge.importers import IMPORTERS

TRANSPORT = "\ntransport: Ab 7:30 Uhr mit dem Bus zur Passstelle, Fragen an bus@example.org.\n"
TURKISH = """\
- de: nur mit Termin
  text: yalnızca randevuyla
- de: Ab 7:30 Uhr mit dem Bus zur Passstelle, Fragen an bus@example.org.
  text: Saat 7:30’dan itibaren otobüsle Passstelle’ye, sorular için bus@example.org.
"""
APPOINTMENT = OfficeNote("nur mit Termin", "yalnızca randevuyla", Language.TR)


@pytest.fixture
def bundle(payloads: Path, tmp_path: Path) -> Path:
    """A copy of the sample bundle whose office says how to get there."""
    copied = Path(copytree(payloads / "bundle", tmp_path / "bundle"))
    office = copied / "offices" / "passstelle.yaml"
    office.write_text(office.read_text("utf-8").rstrip("\n") + TRANSPORT, "utf-8")
    return copied


def translated(bundle: Path, text: str, key: str = "tr") -> tuple[tuple[OfficeNote, ...], tuple[str, ...]]:
    """What the office says in other languages, and what the import notes: the place's end, and the note."""
    folder = bundle / "translations" / key
    folder.mkdir(parents=True)
    (folder / "office_notes.yaml").write_text(text, "utf-8")
    records = list(IMPORTERS["bundle"]().read([bundle]))
    entries = [record.entry for record in records if isinstance(record, ImportedEntry)]
    [office] = [entry for entry in entries if isinstance(entry, Office)]
    notes = tuple(
        f"{record.place.removeprefix(f'{bundle}/')}: {record.text}"
        for record in records
        if isinstance(record, ImportNote)
    )
    return office.translations, notes


def test_faithful_notes_come_in(bundle: Path) -> None:
    """Each German note has its version in the language of the folder, and nothing is noted."""
    notes, odd = translated(bundle, TURKISH)
    assert notes[0] == APPOINTMENT
    assert [(note.language, note.register) for note in notes] == [(Language.TR, Register.STANDARD)] * 2
    assert odd == ()


def test_plain_german_is_a_version_too(bundle: Path) -> None:
    """What stands under ``de-plain`` is German in plain language."""
    notes, _ = translated(bundle, "- {de: nur mit Termin, text: Sie brauchen einen Termin.}\n", "de-plain")
    assert notes == (OfficeNote("nur mit Termin", "Sie brauchen einen Termin.", Language.DE, Register.PLAIN),)


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("Saat 7:30", "Saat 8:30", "left out: missing 7:30, added 8:30"),
        ("için bus@example.org", "için info@example.org", "left out: missing bus@example.org, added info@example.org"),
        ("Passstelle’ye", "daireye", "left out: missing Passstelle"),
        ("- de: Ab 7:30", "- de: Ab 8:30", "left out: no office says this in German"),
        (TURKISH.splitlines()[2], TURKISH.splitlines()[0], "left out: translated above already"),
    ],
)
def test_what_differs_is_left_out_and_reported(bundle: Path, written: str, instead: str, told: str) -> None:
    """Another figure, address or name, or another original: the German is told, and the note says where and why."""
    assert TURKISH.count(written) == 1
    notes, odd = translated(bundle, TURKISH.replace(written, instead))
    assert notes == (APPOINTMENT,)
    assert odd == (f"translations/tr/office_notes.yaml:3: {told}",)


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("tr", "- {de: nur mit Termin}\n", ":1: 'text' is a required property"),
        ("tr", "- de: [", ": cannot be read: "),
        ("xx", TURKISH, ": cannot be read: 'xx' is not a valid Language"),
        ("de", TURKISH, ": the German is told as it stands in the offices"),
    ],
)
def test_a_broken_file_costs_only_itself(bundle: Path, key: str, text: str, told: str) -> None:
    """The office stays as it is in German, and the note says what is wrong with the file."""
    notes, odd = translated(bundle, text, key)
    assert notes == ()
    assert len(odd) == 1
    assert odd[0].startswith(f"translations/{key}/office_notes.yaml{told}")
