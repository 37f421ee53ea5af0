"""Answers as data, HTML and plain text."""

from datetime import date, time

import pytest

from assistant.http.block_schemas import FactsOut, OfficeOut, ParagraphOut, StepsOut
from assistant.http.catalogue_blocks import phone_href
from assistant.http.presenter import Presenter
from assistant.messages import TomlMessages
from assistant.model import (
    Address,
    Answer,
    AnswerStatus,
    Block,
    Canned,
    Fact,
    Facts,
    FormHelp,
    Language,
    Office,
    OfficeCard,
    OpeningHours,
    Paragraph,
    Source,
    SourceKind,
    Steps,
    Translated,
    Weekday,
)

SERVICE = Source(SourceKind.SERVICE, "reisepass", "Reisepass", None, "https://a.b/", date(2025, 9, 1))
PLACE = Source(SourceKind.OFFICE, "bsc", "BürgerServiceCenter")
OFFICE = Office(
    "bsc",
    "BürgerServiceCenter-Mitte",
    address=Address("Pelzerstraße", "40", "28195", "Bremen"),
    phone="0421 361-88666",
    opening_hours=(
        OpeningHours((Weekday.MO, Weekday.TU, Weekday.WE), time(7, 30), time(15), "nur mit Termin"),
        OpeningHours((Weekday.SA,), time(9), time(12)),
    ),
)


@pytest.fixture
def presenter() -> Presenter:
    """A presenter with the real messages."""
    return Presenter(TomlMessages(), "Bremen")


def answer(*blocks: Block, language: Language = Language.DE) -> Answer:
    """An answer of these blocks."""
    return Answer(AnswerStatus.ANSWERED, language, blocks)


def test_sources_stand_once(presenter: Presenter) -> None:
    """Blocks point to their source by its place; each source stands once, an office as an office."""
    shown = presenter.answer(
        answer(
            Paragraph("Guten Tag", Canned("dialogue.greet")),
            Paragraph("70 Euro", SERVICE),
            OfficeCard(OFFICE, PLACE),
            Paragraph("6 Wochen", SERVICE),
        )
    )
    assert [block.source for block in shown.blocks] == [None, 0, 1, 0]
    assert [(source.service_id, source.office_id) for source in shown.sources] == [("reisepass", None), (None, "bsc")]
    assert shown.sources[0].updated_on_text == "1.9.2025"


def test_office(presenter: Presenter) -> None:
    """An office has its address on one line, a telephone number to dial, and hours with days in words."""
    block = presenter.answer(answer(OfficeCard(OFFICE, PLACE))).blocks[0]
    assert isinstance(block, OfficeOut)
    assert block.address == "Pelzerstraße 40, 28195 Bremen"
    assert block.phone_href == "tel:+4942136188666"
    assert [(span.days, span.opens, span.closes, span.note) for span in block.hours] == [
        ("Montag – Mittwoch", "7:30", "15:00", "nur mit Termin"),
        ("Samstag", "9:00", "12:00", None),
    ]
    assert "Montag – Mittwoch 7:30–15:00 (nur mit Termin)" in block.html


def test_german_text_in_an_arabic_answer(presenter: Presenter) -> None:
    """A block in another language than the answer says so, with its own direction; the others say nothing."""
    shown = presenter.answer(
        answer(
            Paragraph("70 Euro", SERVICE, Language.DE),
            Paragraph("سبعون", SERVICE, Language.AR),
            language=Language.AR,
        )
    )
    assert shown.dir == "rtl"
    assert [(block.language, block.dir) for block in shown.blocks] == [(Language.DE, "ltr"), (None, None)]


def test_a_machine_translation_and_its_original(presenter: Presenter) -> None:
    """The block is in the answer's language, says what made it, and carries the German text as HTML and plain text."""
    pair = Translated(
        Facts((Fact("تحت 24", "**37,50** يورو"),), SERVICE, Language.AR),
        Facts((Fact("unter 24", "**37,50** Euro"),), SERVICE, Language.DE),
    )
    shown = presenter.answer(answer(Paragraph("سبعون", SERVICE, Language.AR), pair, language=Language.AR))
    quoted, block = shown.blocks
    assert isinstance(block, FactsOut)
    assert (block.machine_translated, block.language, block.source) == (True, None, 0)
    assert block.rows[0].value == "**37,50** يورو"
    assert block.original is not None
    assert (block.original.language, block.original.dir) == (Language.DE, "ltr")
    assert "<strong>37,50</strong> Euro" in block.original.html
    assert block.original.text == "unter 24: 37,50 Euro"
    assert isinstance(quoted, ParagraphOut)
    assert (quoted.machine_translated, quoted.original) == (False, None)
    assert "<strong>37,50</strong> يورو" in block.html


def test_both_stand_in_the_plain_text(presenter: Presenter) -> None:
    """Whoever reads an answer as text (transcript, mail, Rasa's clients) gets the original below its translation."""
    pair = Translated(Paragraph("It costs 70 euros.", SERVICE), Paragraph("Es kostet 70 Euro.", SERVICE, Language.DE))
    notice = Paragraph("Translated by a machine.", Canned("dialogue.machine_translated"))
    shown = presenter.answer(answer(notice, pair, language=Language.EN))
    assert shown.text == "Translated by a machine.\n\nIt costs 70 euros.\nGerman original:\nEs kostet 70 Euro."


def test_steps(presenter: Presenter) -> None:
    """Steps are numbered where their order matters, in HTML and in plain text."""
    ordered = presenter.answer(answer(Steps(("Termin **buchen**", "hingehen"), SERVICE, ordered=True)))
    assert isinstance(ordered.blocks[0], StepsOut)
    assert ordered.blocks[0].html == "<ol><li>Termin <strong>buchen</strong></li><li>hingehen</li></ol>"
    assert ordered.text == "1. Termin buchen\n2. hingehen"
    loose = presenter.answer(answer(Steps(("Foto",), SERVICE)))
    assert loose.text == "- Foto"


def test_every_kind_of_block_is_escaped(presenter: Presenter) -> None:
    """Tags in any field of the catalogue come out as text."""
    evil = "<b onload=x>"
    office = Office("o", evil, address=Address(evil, "1", "2", evil), hours_note=evil, transport=evil)
    shown = presenter.answer(
        answer(
            Paragraph(evil, SERVICE),
            Steps((evil,), SERVICE),
            OfficeCard(office, PLACE),
            FormHelp(evil, 'https://a.b/"><b onload=x>', SERVICE),
            Translated(Paragraph(evil, SERVICE), Steps((evil,), SERVICE)),
        )
    )
    for block in shown.blocks:
        assert "<b " not in block.html
        original = getattr(block, "original", None)
        assert original is None or "<b " not in original.html


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("0421 361-0", "tel:+494213610"),
        ("115", "tel:115"),
        ("+49 (0)421 361-0", "tel:+494213610"),
        ("0049 421 3610", "tel:00494213610"),
        ("", None),
        (None, None),
    ],
)
def test_telephone_numbers(written: str | None, dialled: str | None) -> None:
    """Numbers as offices write them become numbers a telephone can dial."""
    assert phone_href(written) == dialled
