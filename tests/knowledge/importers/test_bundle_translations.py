"""Translations of a bundle are told only as far as they say what the German says."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from assistant.model import ImportedEntry, Language, Register, SectionKind, Service, ServiceText
from knowledge.importers import IMPORTERS

TURKISH = """\
of: 2025-09-01
title: Pasaport çıkarmak
synonyms: [pasaport]
summary: Pasaportla bütün ülkelere gidebilirsiniz.
sections:
  - kind: overview
    text: Pasaport **on yıl** geçerlidir. Ayrıntılar [sayfada](https://example.org).
  - kind: fee
    title: Ücreti ne kadar?
    text: |
      | Yaş | Ücret |
      | --- | --- |
      | 24 yaşından itibaren | 70,00 avro |
      | 24 yaşından küçükler | 37,50 avro |
"""


@pytest.fixture
def bundle(payloads: Path, tmp_path: Path) -> Path:
    """A copy of the sample bundle with a folder for translations into Turkish."""
    copied = Path(copytree(payloads / "bundle", tmp_path / "bundle"))
    (copied / "translations" / "tr").mkdir(parents=True)
    return copied


def translated(bundle: Path, text: str, key: str = "tr") -> tuple[ServiceText | None, tuple[str, ...]]:
    """The text that comes of a translation, and the notes of the import about it."""
    folder = bundle / "translations" / key
    folder.mkdir(exist_ok=True)
    (folder / "reisepass.yaml").write_text(text, "utf-8")
    for record in IMPORTERS["bundle"]().read([bundle]):
        if isinstance(record, ImportedEntry) and isinstance(record.entry, Service):
            found = [own for own in record.entry.texts if own.language is not Language.DE]
            return (found[0] if found else None), record.notes
    raise AssertionError("the service is gone")


def test_a_faithful_translation_comes_in_whole(bundle: Path) -> None:
    """Title, names, summary and sections; links and dates of a section are those of its original."""
    text, notes = translated(bundle, TURKISH)
    assert text is not None
    assert (text.language, text.register, text.title) == (Language.TR, Register.STANDARD, "Pasaport çıkarmak")
    fee = text.section(SectionKind.FEE)
    assert fee is not None
    assert (fee.url, fee.updated_on) == ("https://example.org/gebuehren", date(2025, 8, 1))
    assert not any("translation" in note for note in notes)


def test_a_section_with_another_fee_is_left_out(bundle: Path) -> None:
    """What differs in a figure is never told; the note names the difference."""
    text, notes = translated(bundle, TURKISH.replace("70,00", "60,00"))
    assert text is not None
    assert text.section(SectionKind.FEE) is None
    assert text.section(SectionKind.OVERVIEW) is not None
    assert "translation tr/reisepass.yaml: fee left out: missing 70, added 60" in notes


def test_a_section_the_original_lacks_is_left_out(bundle: Path) -> None:
    """A translation adds nothing of its own."""
    text, notes = translated(bundle, TURKISH + "  - {kind: deadline, text: Hemen gelin.}\n")
    assert text is not None
    assert text.section(SectionKind.DEADLINE) is None
    assert any("deadline left out: the original has no such section" in note for note in notes)


def test_an_older_translation_shows_its_own_date(bundle: Path) -> None:
    """A translation that its original has overtaken is told with the date of what was translated, and noted."""
    text, notes = translated(bundle, TURKISH.replace("2025-09-01", "2025-03-01"))
    assert text is not None
    assert {section.updated_on for section in text.sections} == {date(2025, 3, 1)}
    assert "translation tr/reisepass.yaml: of 2025-03-01, older than its original" in notes


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("tr", "title: Pasaport\n", "'of' is a required property"),
        ("tr", "of: [", "cannot be read"),
        ("xx", TURKISH, "cannot be read"),
    ],
)
def test_a_broken_translation_costs_only_itself(bundle: Path, key: str, text: str, told: str) -> None:
    """The German entry stays, and the note says what is wrong with the file."""
    found, notes = translated(bundle, text, key)
    assert found is None
    assert any(told in note for note in notes)


def test_the_entry_itself_comes_first(bundle: Path) -> None:
    """Where the German file holds a text in plain German, a file beside it does not replace it."""
    folder = bundle / "translations" / "de-plain"
    folder.mkdir()
    (folder / "reisepass.yaml").write_text("of: 2025-09-01\ntitle: Anders\n", "utf-8")
    records = [record for record in IMPORTERS["bundle"]().read([bundle]) if isinstance(record, ImportedEntry)]
    services = [record.entry for record in records if isinstance(record.entry, Service)]
    assert services[0].text(Language.DE, Register.PLAIN).title == "Einen Pass bekommen"
