"""Cutting services into passages."""

from assistant.model import Language, Section, SectionKind, Service, ServiceText
from knowledge.passages import passages_of, plain


def test_markdown_becomes_running_text() -> None:
    """Words of links, lists and tables stay; addresses and marks go."""
    text = "**70,00 Euro**\n\n- bis [hier](https://example.org/a)\n1. Foto\n\n| a | b |\n|---|---|\nhttps://example.org"
    assert plain(text) == "70,00 Euro bis hier Foto a b"


def test_every_language_version_has_a_frame_and_its_sections() -> None:
    """A service in two languages gives the passages of both, an empty section none."""
    sections = (Section(SectionKind.FEE, "70 Euro"), Section(SectionKind.HINTS, "  "))
    service = Service(
        "pass",
        (
            ServiceText(Language.DE, "Pass", "Ein Dokument.", ("Reisepass",), sections),
            ServiceText(Language.EN, "Passport"),
        ),
    )
    found = [(passage.language, passage.section) for passage in passages_of(service)]
    assert found == [(Language.DE, None), (Language.DE, SectionKind.FEE), (Language.EN, None)]


def test_a_passage_is_encoded_with_its_title() -> None:
    """A section alone ("70 Euro") would not tell what it is about."""
    service = Service("p", (ServiceText(Language.DE, "Pass", sections=(Section(SectionKind.FEE, "70 Euro"),)),))
    assert [passage.encoded for passage in passages_of(service)] == ["Pass", "Pass. 70 Euro"]
