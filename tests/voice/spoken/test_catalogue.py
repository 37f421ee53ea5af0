"""Every section of the sample catalogue is told truly, in portions that can be taken in."""

from collections.abc import Iterator

import pytest

from assistant.model import Answer, AnswerStatus, Aspect, Language, Office, Register, SectionKind
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.compose import CatalogueComposer
from tests.voice.spoken.checks import assert_for_the_ear, not_heard, sentences_of
from voice.spoken import SpokenAnswers

SPOKEN = (Language.DE, Language.EN)
ASPECTS = {kind: tuple(aspect for aspect in Aspect if aspect.section_kind is kind) for kind in SectionKind}


def answers(
    catalogue: SqlCatalogueStore, language: Language, register: Register = Register.STANDARD
) -> Iterator[tuple[Answer, str]]:
    """An answer for every section of every service, with offices and ways on, and the section's own text."""
    composer = CatalogueComposer(catalogue)
    for service in catalogue.services():
        for kind in SectionKind:
            blocks = composer.section(service, kind, language, register)
            if not blocks:
                continue
            cards = composer.offices(service, None, 3, language, register)
            steps = composer.next_steps(service, language)
            versions = (service.text(language, register), service.text(language), service.text(Language.DE))
            written = [section.text for text in versions if (section := text.section(kind)) is not None]
            yield (
                Answer(
                    AnswerStatus.ANSWERED,
                    language,
                    (*blocks, *cards, *steps),
                    register=register,
                    service_id=service.id,
                    aspects=ASPECTS[kind][:1],
                ),
                written[0],
            )


@pytest.mark.slow
@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("register", [Register.STANDARD, Register.PLAIN])
def test_every_section_is_told_for_the_ear_and_loses_no_figure(
    sample_catalogue: SqlCatalogueStore, teller: SpokenAnswers, language: Language, register: Register
) -> None:
    """None is refused; every portion is short; whatever is written as a figure is heard now or on request."""
    if register is Register.PLAIN and language is not Language.DE:
        pytest.skip("plain language is German")
    told = 0
    for answer, written in answers(sample_catalogue, language, register):
        spoken = teller.answer(answer)
        assert not spoken.needs_person, (answer.service_id, answer.aspects)
        assert_for_the_ear(spoken)
        is_german = any(getattr(block, "language", None) is not None for block in answer.blocks)
        own = Language.DE if is_german else language
        assert not not_heard(written, sentences_of(spoken), own), (answer.service_id, answer.aspects)
        told += 1
    assert told > 500


@pytest.mark.parametrize("aspect", [Aspect.WHERE, Aspect.OPENING_HOURS, Aspect.CONTACT])
@pytest.mark.parametrize("language", SPOKEN)
def test_every_office_is_told_for_the_ear(
    sample_catalogue: SqlCatalogueStore, teller: SpokenAnswers, language: Language, aspect: Aspect
) -> None:
    """Its number, its street and its hours are heard, whichever of them was asked for."""
    composer = CatalogueComposer(sample_catalogue)
    for office in sample_catalogue.offices():
        card = composer.office(office, language, Register.STANDARD)
        spoken = teller.answer(Answer(AnswerStatus.ANSWERED, language, (card,), aspects=(aspect,)))
        assert not spoken.needs_person, office.id
        assert_for_the_ear(spoken)
        said = [sentence for sentence in sentences_of(spoken) if sentence.language is language]
        assert not not_heard(_facts(office), said, language), office.id


def _facts(office: Office) -> str:
    """The figures of an office that everybody must be able to hear."""
    street = f"{office.address.street} {office.address.house_number}" if office.address else ""
    hours = [f"{span.opens:%H:%M} {span.closes:%H:%M}" for span in office.opening_hours]
    return " ".join([street, office.phone or "", *hours]).replace(":00", "")
