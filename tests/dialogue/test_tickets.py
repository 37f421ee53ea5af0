"""A status code said in the conversation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.errors import TooManyCodesError
from assistant.http.presenter import Presenter
from assistant.messages import TomlMessages
from assistant.model import (
    AnswerStatus,
    Channel,
    ClosingReason,
    Language,
    StatusCode,
    Ticket,
    TicketKind,
    TicketStanding,
    TicketState,
)
from assistant.model.status_code import ALPHABET
from nlu.personal_data import PatternMasker
from tests.dialogue.conftest import conversation, said

CODE = next(code for number in range(100) if (code := StatusCode.of_number(number * 987_654_321_987_654_321)))
OTHER = next(code for number in range(100) if (code := StatusCode.of_number(number * 123_456_789_123_456_789)))
DUE = datetime(2026, 11, 24, 18, tzinfo=ZoneInfo("Europe/Berlin"))
TICKET = Ticket("t", TicketKind.CONCERN, "Geheim", Language.DE, Channel.WEB, datetime(2026, 11, 20, tzinfo=UTC), DUE)


class OneTicket:
    """A TicketLookup that knows one code; the third try is too many."""

    def __init__(self, ticket: Ticket = TICKET, *, is_late: bool = False) -> None:
        self.asked: list[Sequence[str]] = []
        self._ticket = ticket
        self._is_late = is_late

    async def status(self, code: StatusCode | str, askers: Sequence[str]) -> Ticket | None:
        self.asked.append(askers)
        if len(self.asked) > 2:
            raise TooManyCodesError(60)
        return self._ticket if code == CODE else None

    def is_late(self, ticket: Ticket) -> bool:
        return self._is_late


@pytest.mark.parametrize("text", [str(CODE), f"Wie ist der Stand von {str(CODE).lower()}?", " ".join(CODE.symbols)])
async def test_the_standing_is_told(tools: DialogueTools, text: str) -> None:
    """A code, however it is written, is answered with how things stand, counted for the conversation."""
    lookup = OneTicket()
    answer, _ = await TurnRunner(replace(tools, tickets=lookup)).respond(conversation(), (), said(text))
    assert answer.status is AnswerStatus.ANSWERED
    (block,) = answer.blocks
    assert isinstance(block, TicketStanding)
    assert (block.state, block.due_at) == (TicketState.OPEN, DUE)
    assert lookup.asked == [("c",)]


@pytest.mark.parametrize(
    ("ticket", "is_late", "told"),
    [
        (TICKET, False, "in Arbeit. Antwort bis: Dienstag, 24.11.2026, 18:00 Uhr"),
        (TICKET, True, "dafür bitten wir um Entschuldigung"),
        (replace(TICKET, state=TicketState.ANSWERED, reply="Zimmer 12"), False, "Ihre Antwort ist da"),
        (
            replace(TICKET, state=TicketState.CLOSED, closing_reason=ClosingReason.NOT_OURS),
            False,
            "Dafür sind wir nicht zuständig.",
        ),
    ],
)
async def test_in_words(tools: DialogueTools, ticket: Ticket, is_late: bool, told: str) -> None:
    """Each state has its words; what was written and what was answered stays out of the conversation."""
    lookup = OneTicket(ticket, is_late=is_late)
    answer, _ = await TurnRunner(replace(tools, tickets=lookup)).respond(conversation(), (), said(str(CODE)))
    shown = Presenter(TomlMessages(), "Bremen").answer(answer)
    assert told in shown.text
    assert shown.blocks[0].type == "ticket"
    assert "Zimmer 12" not in repr(answer)
    assert "Geheim" not in repr(answer)


async def test_unknown_codes_and_too_many(tools: DialogueTools) -> None:
    """A code nobody was given is told as such, with a way to a person; after too many the wait is told."""
    runner = TurnRunner(replace(tools, tickets=OneTicket()))
    answers = [(await runner.respond(conversation(), (), said(str(OTHER))))[0] for _ in range(3)]
    assert {answer.status for answer in answers} == {AnswerStatus.UNANSWERABLE_NOT_FOUND}
    texts = [Presenter(TomlMessages(), "Bremen").answer(answer).text for answer in answers]
    assert "kein Anliegen" in texts[0]
    assert "zu viele Versuche" in texts[2]
    assert all("act:human" in {reply.payload for reply in answer.quick_replies} for answer in answers)


async def test_without_tickets_a_code_is_just_a_text(tools: DialogueTools) -> None:
    """A city that keeps no tickets answers as always."""
    answer, _ = await TurnRunner(tools).respond(conversation(), (), said(str(CODE)))
    assert not any(isinstance(block, TicketStanding) for block in answer.blocks)


def test_codes_are_masked_before_they_are_stored() -> None:
    """Nothing of a code is left in what is kept, however it was written; what merely looks like one stays."""
    masker = PatternMasker()
    for written in (str(CODE), str(CODE).lower(), CODE.symbols, " ".join(CODE.symbols)):
        masked = masker.mask(f"Mein Code: {written} danke")
        assert masked.text == "Mein Code: [CODE] danke"
        assert masker.mask(masked.text).text == masked.text
    wrong = str(CODE)[:-1] + ALPHABET[ALPHABET.index(str(CODE)[-1]) - 1]
    assert "[CODE]" not in masker.mask(wrong).text
