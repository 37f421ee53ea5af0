"""No figure leaves that its source does not contain: over the whole sample catalogue, and against forgery."""

from dataclasses import replace
from datetime import time

import pytest

from assistant.dialogue.compose import compose
from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.guard_answer import guard_answer
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Canned,
    FormHelp,
    Intent,
    Language,
    LinkOut,
    OfficeCard,
    OfficeNote,
    OpeningHours,
    Paragraph,
    Register,
    Steps,
    Weekday,
)
from assistant.storage.catalogue import SqlCatalogueStore
from tests.dialogue.conftest import conversation, said


async def composed(
    tools: DialogueTools,
    service_id: str,
    aspect: Aspect,
    language: Language = Language.DE,
    register: Register = Register.STANDARD,
) -> tuple[TurnContext, Answer]:
    """The answer to one aspect of one service, before the guard."""
    begun = conversation()
    ctx = TurnContext(said("?"), begun, (), replace(begun.state, language=language, register=register))
    ctx.questions = (Question("?", Intent.STATE_NEED, aspects=(aspect,), service_id=service_id),)
    answer = await compose(ctx, tools)
    assert answer is not None
    return ctx, answer


@pytest.mark.slow
@pytest.mark.parametrize("aspect", Aspect)
async def test_everything_the_catalogue_says_is_borne_out(
    tools: DialogueTools, catalogue: SqlCatalogueStore, aspect: Aspect
) -> None:
    """For every service and aspect the composed answer passes the guard whole, and every fact has a source."""
    for service in catalogue.services():
        ctx, answer = await composed(tools, service.id, aspect)
        assert await guard_answer(ctx, tools, answer) == answer, service.id
        assert answer.status in (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)
        for source in answer.sources:
            assert source.updated_on is not None, service.id
            assert source.url, service.id


@pytest.mark.parametrize(
    ("language", "register"),
    [(Language.AR, Register.STANDARD), (Language.PL, Register.PLAIN), (Language.DE, Register.PLAIN)],
)
async def test_offices_are_borne_out_in_every_version(
    tools: DialogueTools, catalogue: SqlCatalogueStore, language: Language, register: Register
) -> None:
    """An office told in another language or in plain German passes the guard, and carries no version but that one."""
    for service in catalogue.services():
        ctx, answer = await composed(tools, service.id, Aspect.WHERE, language, register)
        assert await guard_answer(ctx, tools, answer) == answer, service.id
        cards = [block for block in answer.blocks if isinstance(block, OfficeCard)]
        assert {note.language for card in cards for note in card.office.translations} <= {language, Language.DE}
        assert bool(cards) == bool(service.office_ids), service.id


async def test_a_forged_figure_is_dropped(tools: DialogueTools) -> None:
    """A fee that its source does not contain never reaches anybody; the rest of the answer says it is partial."""
    ctx, answer = await composed(tools, "reisepass", Aspect.FEE)
    first = answer.blocks[0]
    assert isinstance(first, Paragraph | Steps)
    forged = Paragraph("Ein Reisepass kostet 71,00 Euro.", first.origin)
    guarded = await guard_answer(ctx, tools, replace(answer, blocks=(forged, *answer.blocks)))
    assert forged not in guarded.blocks
    assert guarded.blocks == answer.blocks
    assert guarded.status is AnswerStatus.ANSWERED_PARTLY


async def test_an_answer_of_forgeries_only_is_refused(tools: DialogueTools) -> None:
    """Where no borne-out fact is left, Roland says so and keeps the way to the official page and to a person."""
    ctx, answer = await composed(tools, "reisepass", Aspect.FEE)
    links = tuple(block for block in answer.blocks if isinstance(block, LinkOut))
    forged = Paragraph("Ein Reisepass kostet 71,00 Euro.", links[0].origin)
    guarded = await guard_answer(ctx, tools, replace(answer, blocks=(forged, *links)))
    assert guarded.status is AnswerStatus.ERROR_UNSOURCED
    assert guarded.blocks[1:] == links
    assert any(reply.payload == "act:human" for reply in guarded.quick_replies)


def _invented_service(answer: Answer) -> Block:
    paragraph = next(block for block in answer.blocks if isinstance(block, Paragraph | Steps))
    assert not isinstance(paragraph.origin, Canned)
    return Paragraph("Alles ist frei.", replace(paragraph.origin, entry_id="gibt-es-nicht"))


def _invented_words(answer: Answer) -> Block:
    paragraph = next(block for block in answer.blocks if isinstance(block, Paragraph | Steps))
    return Paragraph("Das geht auch ohne Termin.", paragraph.origin)


def _moved_office(answer: Answer) -> Block:
    card = next(block for block in answer.blocks if isinstance(block, OfficeCard))
    hours = (OpeningHours((Weekday.SU,), time(3), time(4)),)
    return replace(card, office=replace(card.office, opening_hours=hours))


def _forged_note(answer: Answer) -> Block:
    card = next(block for block in answer.blocks if isinstance(block, OfficeCard))
    note = OfficeNote(card.office.notes[0], "Kommen Sie um 3 Uhr.", answer.language)
    return replace(card, office=replace(card.office, translations=(note,)))


def _foreign_link(answer: Answer) -> Block:
    link = next(block for block in answer.blocks if isinstance(block, LinkOut))
    return replace(link, url="https://example.org/")


def _half_an_address(answer: Answer) -> Block:
    link = next(block for block in answer.blocks if isinstance(block, LinkOut))
    return replace(link, url=link.url[:12])


def _figure_in_a_label(answer: Answer) -> Block:
    link = next(block for block in answer.blocks if isinstance(block, LinkOut))
    return replace(link, label=f"{link.label} für 71 Euro")


def _figure_about_a_form(answer: Answer) -> Block:
    link = next(block for block in answer.blocks if isinstance(block, LinkOut))
    return FormHelp("Antrag", link.url, link.origin, "Kostet 71 Euro.")


@pytest.mark.parametrize(
    "forge",
    [
        _invented_service,
        _invented_words,
        _moved_office,
        _forged_note,
        _foreign_link,
        _half_an_address,
        _figure_in_a_label,
        _figure_about_a_form,
    ],
)
async def test_other_forgeries_are_dropped(tools: DialogueTools, forge: object) -> None:
    """Sources, offices and addresses are checked like figures."""
    ctx, answer = await composed(tools, "reisepass", Aspect.FEE)
    assert callable(forge)
    forged = forge(answer)
    guarded = await guard_answer(ctx, tools, replace(answer, blocks=(*answer.blocks, forged)))
    assert forged not in guarded.blocks


async def test_every_service_told_about_may_be_named(tools: DialogueTools) -> None:
    """A title with a figure stands in an admission although the answer ends with another service."""
    begun = conversation()
    ctx = TurnContext(said("?"), begun, (), begun.state)
    ctx.questions = (
        Question("?", Intent.ASK_DEADLINE, aspects=(Aspect.DEADLINE,), service_id="digital-fit-60plus"),
        Question("?", Intent.ASK_FEE, aspects=(Aspect.FEE,), service_id="reisepass"),
    )
    answer = await compose(ctx, tools)
    assert answer is not None
    assert any(
        isinstance(block, Paragraph) and "60+" in block.text and isinstance(block.origin, Canned)
        for block in answer.blocks
    )
    assert await guard_answer(ctx, tools, answer) == answer


async def test_a_figure_in_a_canned_text_is_dropped(tools: DialogueTools) -> None:
    """A canned text may hold only figures of its message and of the city's phone and hours."""
    ctx, answer = await composed(tools, "reisepass", Aspect.FEE)
    forged = Paragraph("Rufen Sie 0900 123456 an.", Canned("dialogue.ways_on"))
    guarded = await guard_answer(ctx, tools, replace(answer, blocks=(*answer.blocks, forged)))
    assert forged not in guarded.blocks
