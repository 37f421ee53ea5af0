"""What is told of a form, as data, HTML and plain text."""

from datetime import date

import pytest

from assistant.http.form_schemas import FormChecklistOut, FormReviewOut, FormStepOut
from assistant.http.presenter import Presenter
from assistant.messages import TomlMessages
from assistant.model import (
    Answer,
    AnswerStatus,
    Block,
    FormChecklist,
    FormOverview,
    FormPart,
    FormReview,
    FormStep,
    FormTerm,
    FormValue,
    Language,
    LeftOutPart,
    Source,
    SourceKind,
)

EVIL = '<b onload="x">'
SOURCE = Source(SourceKind.FORM, "antrag", "Antrag", None, "https://a.b/", date(2025, 9, 1))
PARTS = (FormPart("Person", "person/name", "1", is_done=True), FormPart("Kinder", "", "2"))
STEP = FormStep(
    title="Antrag", label="Familienname", origin=SOURCE, position=3, total=14, key="person/name", outline=PARTS,
    part="Person", number="1.2", about="Ihr Nachname.", example="Muster", mistake="Nicht der Geburtsname.",
)  # fmt: skip


def shown(block: Block, language: Language = Language.DE) -> Answer:
    """An answer of one block."""
    return Answer(AnswerStatus.ANSWERED, language, (block,))


@pytest.fixture
def presenter() -> Presenter:
    """A presenter with the real messages."""
    return Presenter(TomlMessages(), "Bremen")


def test_a_step(presenter: Presenter) -> None:
    """Place, heading and remarks stand apart, and together as text."""
    answer = presenter.answer(shown(STEP))
    (block,) = answer.blocks
    assert isinstance(block, FormStepOut)
    assert (block.place, block.heading, block.label) == (
        "Schritt 3 von 14",
        "Person · Feld 1.2 · Familienname",
        "Familienname",
    )
    assert [remark.kind for remark in block.remarks] == ["about", "example", "mistake"]
    assert answer.text.splitlines() == [
        "Schritt 3 von 14",
        "Person · Feld 1.2 · Familienname",
        "Ihr Nachname.",
        "Zum Beispiel: Muster",
        "Achtung: Nicht der Geburtsname.",
    ]
    assert block.html.startswith('<p class="form-place">Schritt 3 von 14</p><h4>Person')


def test_german_words_in_an_arabic_step_are_marked(presenter: Presenter) -> None:
    """Where a form has no Arabic texts, what is quoted of it is marked as German, the frame around it is not."""
    step = FormStep(
        "Antrag", "Familienname", SOURCE, 1, 2, "name", example="Muster, Maria", language=Language.DE
    )  # fmt: skip
    (block,) = presenter.answer(shown(step, Language.AR)).blocks
    assert (block.language, block.dir) == (Language.DE, "ltr")
    assert '<bdi lang="de" dir="ltr">Muster, Maria</bdi></p>' in block.html
    assert '<bdi lang="de" dir="ltr">Familienname</bdi>' in block.html


def test_markdown_of_a_form_is_no_mark_in_plain_text(presenter: Presenter) -> None:
    """What is bold on the page is a plain word in the transcript."""
    checklist = FormChecklist("Antrag", ("Ausweis",), (), "Innerhalb von **14 Tagen**.", SOURCE)
    answer = presenter.answer(shown(checklist))
    (block,) = answer.blocks
    assert isinstance(block, FormChecklistOut)
    assert "<strong>14 Tagen</strong>" in block.hand_in_html
    assert answer.text.endswith("Innerhalb von 14 Tagen.")
    assert "- Ausweis" in answer.text


def test_a_review_without_values_is_no_empty_list(presenter: Presenter) -> None:
    """Where nothing was entered, it is said so, and what is missing is listed."""
    review = FormReview("Antrag", (), (FormValue("name", "Name", part="Person"),), SOURCE)
    (block,) = presenter.answer(shown(review)).blocks
    assert isinstance(block, FormReviewOut)
    assert "<ul></ul>" not in block.html
    assert "<li>Person · Name</li>" in block.html


def test_every_form_block_is_escaped(presenter: Presenter) -> None:
    """Tags in any text of a form, or in what somebody entered, come out as text; in every direction."""
    value, part = FormValue(EVIL, EVIL, EVIL, EVIL), FormPart(EVIL, "k", EVIL)
    left_out = (LeftOutPart(EVIL, EVIL, EVIL),)
    blocks: tuple[Block, ...] = (
        FormOverview(EVIL, EVIL, (part,), SOURCE, enclosed=(EVIL,), minutes=3),
        FormStep(
            EVIL, EVIL, SOURCE, 1, 2, EVIL, (part,), EVIL, EVIL, 2, EVIL, EVIL, EVIL, EVIL, EVIL, (EVIL,), (EVIL,),
            (EVIL,), left_out, depends_on=EVIL, value=EVIL,
        ),
        FormStep(EVIL, EVIL, SOURCE, 1, 2, EVIL, asks="wanted"),
        FormTerm(EVIL, EVIL, SOURCE),
        FormReview(EVIL, (value,), (value,), SOURCE),
        FormChecklist(EVIL, (EVIL,), (EVIL,), EVIL, SOURCE),
    )  # fmt: skip
    for language in (Language.DE, Language.AR):
        for block in blocks:
            (out,) = presenter.answer(shown(block, language)).blocks
            assert "<b " not in out.html
            assert "&lt;" in out.html
            for remark in getattr(out, "remarks", ()):
                assert "<b " not in remark.html
