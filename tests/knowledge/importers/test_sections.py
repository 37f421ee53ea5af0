"""Sections are found by their headings."""

import pytest

from assistant.model import Section, SectionKind
from knowledge.importers.sections import classify, describe, join_sections

K = SectionKind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Gebühren", K.FEE),
        ("Online-Gebühr", K.FEE),
        ("Welche Kosten fallen an?", K.FEE),
        ("Was kostet das?", K.FEE),
        ("Erforderliche Unterlagen", K.DOCUMENTS),
        ("Was muss ich mitbringen?", K.DOCUMENTS),
        ("Was benötige ich?", K.DOCUMENTS),
        ("Voraussetzungen", K.REQUIREMENTS),
        ("Wer kann die Erlaubnis beantragen?", K.REQUIREMENTS),
        ("Fristen", K.DEADLINE),
        ("Antragsfrist", K.DEADLINE),
        ("Bearbeitungsdauer", K.DURATION),
        ("Wie lange dauert es?", K.DURATION),
        ("Gültigkeitsdauer", K.VALIDITY),
        ("Verfahrensablauf", K.PROCEDURE),
        ("Schritt 1: Anmeldung", K.PROCEDURE),
        ("Nach der Einreise", K.PROCEDURE),
        ("Antrag und Terminvereinbarung", K.PROCEDURE),
        ("Terminvereinbarung", K.APPOINTMENT),
        ("So funktioniert der Online-Antrag", K.ONLINE),
        ("Vollmacht", K.REPRESENTATION),
        ("Formulare", K.FORMS),
        ("Zuständige Stelle", K.RESPONSIBILITY),
        ("Rechtsgrundlagen", K.LEGAL_BASIS),
        ("Wichtige Hinweise", K.HINTS),
        ("Rechtsbehelf", K.HINTS),
        ("Worum geht es?", K.OVERVIEW),
        ("Langfristiger Aufenthalt", None),
        ("Unbefristete Niederlassungserlaubnis", None),
        ("Führungszeugnis für eine Behörde", None),
        ("Gastfamilie", None),
    ],
)
def test_classifies_german_headings(heading: str, kind: SectionKind | None) -> None:
    """Usual headings tell their kind; a word inside another word does not mislead."""
    assert classify(heading) is kind


def test_takes_a_description_apart() -> None:
    """What stands before the first heading is summary and overview; each heading begins its section."""
    found = describe(
        "<p>Kurz gesagt.</p><p>Mehr dazu.</p><h3>Unterlagen</h3><ul><li>Pass</li></ul>"
        "<p><strong>Gebühren:</strong></p><p>5 Euro</p>"
    )
    assert found.summary == "Kurz gesagt."
    assert found.sections == (
        Section(K.OVERVIEW, "Mehr dazu."),
        Section(K.DOCUMENTS, "- Pass", "Unterlagen"),
        Section(K.FEE, "5 Euro", "Gebühren"),
    )


def test_headings_of_no_known_kind() -> None:
    """Such a heading belongs to the classified one above it by rank, else to the overview; it is kept and reported."""
    found = describe("<h2>Unterlagen</h2><h3>Für Kinder</h3><p>a</p><h2>Das Wetter</h2><p>b</p>")
    assert found.unclassified == ("Für Kinder", "Das Wetter")
    assert found.sections == (
        Section(K.DOCUMENTS, "**Für Kinder**\n\na", "Unterlagen"),
        Section(K.OVERVIEW, "**Das Wetter**\n\nb"),
    )


def test_sections_of_one_kind_are_joined() -> None:
    """Each kind stands once; a second title becomes a bold line."""
    joined = join_sections([Section(K.FEE, "a"), None, Section(K.HINTS, "b"), Section(K.FEE, "c", "Sonstiges")])
    assert joined == (Section(K.FEE, "a\n\n**Sonstiges**\n\nc"), Section(K.HINTS, "b"))


def test_long_beginnings_are_no_summary() -> None:
    """A first paragraph too long to be said in passing stays in the overview."""
    found = describe(f"<p>{'Wort ' * 100}</p>")
    assert found.summary == ""
    assert found.sections[0].kind is K.OVERVIEW


def test_nothing_gives_nothing() -> None:
    """An empty description has neither summary nor sections."""
    assert describe("") == describe("<p>\u200b</p>") == describe("<br>")
    assert (describe("").summary, describe("").sections) == ("", ())
