"""The sample catalogue speaks all languages and plain German, and says the same in each."""

import pytest

from assistant.model import ImportedEntry, ImportNote, ImportRecord, Language, Office, Register, SectionKind, Service

TRANSLATED = {
    SectionKind.FEE,
    SectionKind.DOCUMENTS,
    SectionKind.PROCEDURE,
    SectionKind.DEADLINE,
    SectionKind.DURATION,
}
# What stands on a door stays German.
NAMES = {
    "Behördenzentrum",
    "Behördenzentrum Stresemannstraße",
    "Bürgerbüro",
    "Haus der Bürgerschaft",
    "Haus des Reichs",
    "Stadthaus 1",
    "Stadthaus 5",
    "Stadthaus Vegesack",
    "Volkshaus",
}
VERSIONS = [(language, Register.STANDARD) for language in Language] + [(Language.DE, Register.PLAIN)]


@pytest.fixture(scope="module")
def records(sample_records: tuple[ImportRecord, ...]) -> list[ImportedEntry]:
    """All entries of the sample bundle."""
    return [record for record in sample_records if isinstance(record, ImportedEntry)]


@pytest.mark.parametrize(("language", "register"), VERSIONS)
def test_every_service_is_told_in_every_language(
    records: list[ImportedEntry], language: Language, register: Register
) -> None:
    """Name, summary, fee, documents, procedure, deadlines and duration of every service."""
    for service in (record.entry for record in records if isinstance(record.entry, Service)):
        german = service.text(Language.DE)
        text = service.text(language, register)
        assert (text.language, text.register) == (language, register), service.id
        assert text.title, service.id
        assert text.summary, service.id
        told = {section.kind for section in text.sections}
        wanted = TRANSLATED & {section.kind for section in german.sections}
        assert wanted <= told, service.id


@pytest.mark.parametrize(("language", "register"), VERSIONS[1:])
def test_every_note_of_every_office_is_told_in_every_language(
    records: list[ImportedEntry], language: Language, register: Register
) -> None:
    """Hours, the way there, accessibility and remarks; in plain German at least whatever is a sentence."""
    for office in (record.entry for record in records if isinstance(record.entry, Office)):
        shown = office.told_in(language, register)
        for note in set(office.notes) - NAMES:
            told = shown.told(note)
            is_plain_enough = register is Register.PLAIN and not note.endswith(".")
            assert is_plain_enough or (told.language, told.register) == (language, register), (office.id, note)


def test_no_translation_differs_from_its_original_or_is_older(
    sample_records: tuple[ImportRecord, ...], records: list[ImportedEntry]
) -> None:
    """The check of figures, dates, links and offices has nothing to say, and no note of an office is left over."""
    assert [note for record in records for note in record.notes if "translation" in note] == []
    assert [record for record in sample_records if isinstance(record, ImportNote)] == []
