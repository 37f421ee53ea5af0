"""The sample catalogue speaks all languages and plain German, and says the same in each."""

from importlib.resources import files
from pathlib import Path

import pytest

from assistant.model import ImportedEntry, Language, Register, SectionKind, Service
from knowledge.importers import IMPORTERS

SAMPLE = Path(str(files("knowledge").joinpath("bremen")))
TRANSLATED = {
    SectionKind.FEE,
    SectionKind.DOCUMENTS,
    SectionKind.PROCEDURE,
    SectionKind.DEADLINE,
    SectionKind.DURATION,
}
VERSIONS = [(language, Register.STANDARD) for language in Language] + [(Language.DE, Register.PLAIN)]


@pytest.fixture(scope="module")
def records() -> list[ImportedEntry]:
    """All entries of the sample bundle."""
    return [record for record in IMPORTERS["bundle"]().read([SAMPLE]) if isinstance(record, ImportedEntry)]


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


def test_no_translation_differs_from_its_original_or_is_older(records: list[ImportedEntry]) -> None:
    """The check of figures, dates, links and offices has nothing to say."""
    assert [note for record in records for note in record.notes if "translation" in note] == []
