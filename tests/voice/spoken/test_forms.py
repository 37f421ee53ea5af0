"""Every form is told truly, one field at a time."""

import pytest

from assistant.dialogue.forms.show import Teller
from assistant.forms.walk import begin, steps
from assistant.messages import TomlMessages
from assistant.model import (
    Answer,
    AnswerStatus,
    FormBlock,
    FormChecklist,
    FormOverview,
    FormReview,
    FormStep,
    FormTerm,
    FormValue,
    Language,
    Register,
    Source,
    SourceKind,
    Walk,
    WalkMode,
)
from knowledge.forms.library import FileFormLibrary
from tests.voice.spoken.checks import assert_for_the_ear, not_heard, sentences_of
from voice.spoken import SpokenAnswers

SPOKEN = (Language.DE, Language.EN)
SOURCE = Source(SourceKind.FORM, "antrag", "Antrag")


@pytest.mark.slow
@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("mode", list(WalkMode))
def test_every_block_of_every_form_is_told_for_the_ear(
    sample_forms: FileFormLibrary, teller: SpokenAnswers, language: Language, mode: WalkMode
) -> None:
    """Overview, every field, every term, review and checklist: none is refused, none too long, no figure lost."""
    messages, told = TomlMessages(), 0
    for form in sample_forms.forms():
        tell = Teller(form, language, Register.STANDARD, messages)
        walk = begin(form, mode)
        at = [Walk(form.id, mode=mode, at=step.key) for step in steps(form, walk) if step.element is not None]
        blocks: list[FormBlock] = [tell.overview(walk), tell.review(walk), tell.checklist(walk)]
        blocks += [tell.step(one) for one in at] + [tell.step(one, with_why=True, with_where=True) for one in at]
        blocks += [tell.term(term) for term in tell.text.terms]
        for block in blocks:
            spoken = teller.answer(Answer(AnswerStatus.ANSWERED, language, (block,)))
            assert not spoken.needs_person, (form.id, block)
            assert_for_the_ear(spoken)
            if isinstance(block, FormStep) and not (block.why or block.where):
                said = list(sentences_of(spoken))
                assert not not_heard(f"{block.label} {block.about} {block.mistake}", said, block.language or language)
            told += 1
    assert told > 500


def _said(spoken: SpokenAnswers, block: FormStep | FormOverview | FormReview | FormChecklist | FormTerm) -> str:
    answer = spoken.answer(Answer(AnswerStatus.ANSWERED, Language.DE, (block,)))
    return " ".join(sentence.text for sentence in answer.sentences)


def _step(**values: object) -> FormStep:
    given: dict[str, object] = {
        "title": "Antrag", "label": "Familienname", "origin": SOURCE, "position": 3, "total": 12, "key": "name",
        **values,
    }  # fmt: skip
    return FormStep(**given)  # type: ignore[arg-type]  # a test's shorthand


def test_a_field_is_told_by_its_name_and_what_belongs_in_it(teller: SpokenAnswers) -> None:
    """Number, name and explanation now; the example on request."""
    step = _step(number="12", about="So wie im Ausweis.", example="Muster")
    spoken = teller.answer(Answer(AnswerStatus.ANSWERED, Language.DE, (step,)))
    assert [one.text for one in spoken.sentences] == ["Feld zwölf: Familienname.", "So wie im Ausweis."]
    example = next(offer for offer in spoken.offers if offer.key == "example")
    assert example.portions[0][0].text == "Zum Beispiel: Muster."
    assert not example.is_asked


def test_few_options_are_named_and_many_are_counted(teller: SpokenAnswers) -> None:
    """Nobody has to hear twelve options to choose one; they are read out on request."""
    assert _said(teller, _step(options=("ledig", "verheiratet", "verwitwet"))).endswith(
        "Zur Auswahl steht: ledig, verheiratet oder verwitwet."
    )
    many = tuple(f"Klasse {letter}" for letter in "ABCDEF")
    spoken = teller.answer(Answer(AnswerStatus.ANSWERED, Language.DE, (_step(options=many),)))
    assert spoken.sentences[-1].text == "Zur Auswahl stehen sechs Möglichkeiten."
    offer = next(offer for offer in spoken.offers if offer.key == "options")
    assert offer.is_asked
    assert len([one for portion in offer.portions for one in portion]) == len(many)


def test_what_was_asked_about_a_field_comes_first(teller: SpokenAnswers) -> None:
    """The reason, its legal basis and the place to look, then the field again."""
    said = _said(teller, _step(why="Damit wir Sie finden.", legal_basis=("§ 3 BMG",), where="Auf der Rückseite."))
    assert said.startswith("Damit wir Sie finden. Die Rechtsgrundlage ist: Paragraf drei B M G.")


def test_a_question_between_parts_is_asked_as_one(teller: SpokenAnswers) -> None:
    """Whether a part is wanted, and whether there is another."""
    assert _said(teller, _step(asks="wanted", label="Kinder")) == "Möchten Sie den Teil Kinder ausfüllen?"
    assert _said(teller, _step(asks="another", label="Kind")) == "Möchten Sie bei Kind noch etwas hinzufügen?"


def test_a_review_counts_and_names_what_is_missing(teller: SpokenAnswers) -> None:
    """What was entered is read out on request only."""
    values = (FormValue("a", "Name", "Muster"), FormValue("b", "Alter", "42", part="Kind"))
    review = FormReview("Antrag", values, (FormValue("c", "Datum"),), SOURCE)
    spoken = teller.answer(Answer(AnswerStatus.ANSWERED, Language.DE, (review,)))
    assert [one.text for one in spoken.sentences] == [
        "Sie haben zwei Angaben gemacht.",
        "Es fehlt noch eine Angabe:",
        "Datum.",
    ]
    offer = next(offer for offer in spoken.offers if offer.key == "values")
    assert [one.text for one in offer.portions[0]] == ["Name: Muster.", "Kind, Alter: zweiundvierzig."]
    empty = FormReview("Antrag", (), (), SOURCE)
    assert _said(teller, empty) == "Sie haben noch nichts eingetragen."
    assert _said(teller, FormReview("Antrag", values[:1], (), SOURCE)).endswith("Es fehlt nichts mehr.")


def test_a_checklist_names_what_to_enclose_and_offers_the_rest(teller: SpokenAnswers) -> None:
    """What is needed only perhaps is told apart, and how to hand it in."""
    checklist = FormChecklist("Antrag", ("Ausweis",), ("Vollmacht",), "Per Post oder im Amt.", SOURCE)
    spoken = teller.answer(Answer(AnswerStatus.ANSWERED, Language.DE, (checklist,)))
    assert [one.text for one in spoken.sentences] == ["Geschafft!", "Das legen Sie bei:", "Ausweis."]
    assert [offer.key for offer in spoken.offers if offer.is_asked] == ["perhaps", "hand_in"]
    assert _said(teller, FormChecklist("Antrag", (), (), "", SOURCE)) == "Geschafft! Beilegen müssen Sie nichts."


def test_a_form_in_german_is_told_by_a_german_voice_to_everybody(teller: SpokenAnswers) -> None:
    """An English caller hears German words in German, the frames around them too."""
    step = _step(about="So wie im Ausweis.", language=Language.DE)
    spoken = teller.answer(Answer(AnswerStatus.ANSWERED, Language.EN, (step,)))
    assert {one.language for one in spoken.sentences} == {Language.DE}
