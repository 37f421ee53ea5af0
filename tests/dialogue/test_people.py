"""The way to a person: offered where it is wished for, taken by a button or in words, never forced."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.dialogue.choices import CALLBACK, CONNECT
from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.model import (
    Answer,
    AnswerStatus,
    Availability,
    Block,
    Canned,
    Channel,
    ContactWays,
    Conversation,
    DetectedLanguage,
    DialogueState,
    Finding,
    Intent,
    Language,
    Utterance,
)
from tests.dialogue.conftest import ScriptedNlu, ScriptedRetriever, conversation, said
from tests.fakes import FixedClock

TUESDAY = datetime(2026, 11, 24, 17, tzinfo=UTC)
MONDAY_NOON, SUNDAY = datetime(2026, 11, 23, 11, tzinfo=UTC), datetime(2026, 11, 22, 11, tzinfo=UTC)
SOMEBODY = Availability(is_open=True, agents=2, waiting=3, wait=timedelta(seconds=250))


class People:
    """Says of the chat what the test wrote down."""

    def __init__(self, now: Availability) -> None:
        self.now = now
        self.asked: list[Channel] = []

    async def availability(self, channel: Channel) -> Availability:
        self.asked.append(channel)
        return self.now


class HearsEnglish:
    """Takes everything for English."""

    def detect(self, text: str) -> DetectedLanguage:
        return DetectedLanguage(Language.EN, 1.0)


class UntilTuesday:
    """Promises an answer until Tuesday."""

    def due(self, at: datetime, channel: Channel) -> datetime:
        return TUESDAY


async def answered(tools: DialogueTools, said_now: Utterance, state: DialogueState | None = None) -> Answer:
    """The answer in a conversation of that state."""
    talk: Conversation = replace(conversation(), state=state or DialogueState())
    answer, _ = await TurnRunner(tools).respond(talk, (), said_now)
    return answer


def heard(text: str, choice: str | None = None) -> Utterance:
    """Something said on the telephone."""
    return replace(said(text, choice), channel=Channel.PHONE)


def origin_key(block: Block) -> str:
    """The message that a block is."""
    return block.origin.key if isinstance(block.origin, Canned) else ""


def ways_of(answer: Answer) -> list[ContactWays]:
    """The ways to a person that an answer offers."""
    return [block for block in answer.blocks if isinstance(block, ContactWays)]


@pytest.fixture
def open_tools(tools: DialogueTools, nlu: ScriptedNlu) -> DialogueTools:
    """Two agents are there, three people wait; what is written down is answered until Tuesday."""
    nlu.intents = {"einen menschen bitte": Intent.HUMAN, "ja": Intent.AFFIRM, "ärger": Intent.COMPLAINT}
    return replace(tools, people=People(SOMEBODY), promise=UntilTuesday())


async def test_a_wish_for_a_person_is_offered_all_ways(open_tools: DialogueTools) -> None:
    """Chat with its wait, phone, and the written way with its date; the button begins the wait."""
    answer = await answered(open_tools, said("einen menschen bitte"))
    assert answer.status is AnswerStatus.HANDOFF_OFFERED
    (ways,) = ways_of(answer)
    assert (ways.waiting, ways.wait_minutes, ways.phone_is_open) == (3, 5, True)
    assert ways.answer_due == TUESDAY.date()
    assert answer.quick_replies[0].payload == CONNECT


async def test_a_wish_for_a_person_is_heard_beside_a_question(open_tools: DialogueTools, nlu: ScriptedNlu) -> None:
    """Who tells that they want a person and asks how that is done is offered one, not told how something is done."""
    whole = "Ich möchte mit einem Menschen sprechen, wie geht das?"
    asking = open_tools.splitter.focus(whole, Language.DE)
    assert asking != whole
    nlu.intents |= {whole: Intent.HUMAN, asking: Intent.ASK_HOW}
    assert (await answered(open_tools, said(whole))).status is AnswerStatus.HANDOFF_OFFERED


async def test_nobody_there_is_said(open_tools: DialogueTools) -> None:
    """Where no agent is there, no chat is offered, but the other ways are."""
    tools = replace(open_tools, people=People(Availability(is_open=True)))
    answer = await answered(tools, said("einen menschen bitte"))
    (ways,) = ways_of(answer)
    assert (ways.waiting, ways.wait_minutes) == (None, None)
    assert CONNECT not in [reply.payload for reply in answer.quick_replies]


async def test_who_calls_is_put_through(open_tools: DialogueTools) -> None:
    """On the telephone a connection is offered, no number to dial and nothing to write; a yes takes it."""
    offer = await answered(open_tools, heard("einen menschen bitte"), DialogueState(service_id="reisepass"))
    assert ways_of(offer) == []
    assert [origin_key(block) for block in offer.blocks] == ["dialogue.human_open"]
    assert "0421" not in str(offer.blocks)
    assert offer.quick_replies[0].payload == CONNECT
    queued = await answered(open_tools, heard("ja"), DialogueState(offered=offer.quick_replies))
    assert queued.status is AnswerStatus.HANDOFF_QUEUED
    assert "schreiben" not in str(queued.blocks)


@pytest.mark.parametrize(
    ("at", "told"), [(MONDAY_NOON, "dialogue.human_busy"), (SUNDAY, "dialogue.human_closed")], ids=["busy", "closed"]
)
async def test_who_calls_in_vain_is_rung_back(open_tools: DialogueTools, at: datetime, told: str) -> None:
    """Where nobody can be put through to, why is said as it is, and a call-back is offered; a yes takes that."""
    tools = replace(open_tools, people=People(Availability()), clock=FixedClock(at))
    offer = await answered(tools, heard("einen menschen bitte"))
    assert [origin_key(block) for block in offer.blocks] == [told]
    assert [reply.payload for reply in offer.quick_replies] == [CALLBACK]
    for said_now, state in ((heard("ja"), DialogueState(offered=offer.quick_replies)), (heard("", CALLBACK), None)):
        taken = await answered(tools, said_now, state)
        assert [origin_key(block) for block in taken.blocks] == ["dialogue.callback"]
        assert [reply.payload for reply in taken.quick_replies] == [CALLBACK]


async def test_a_call_back_is_for_callers(open_tools: DialogueTools) -> None:
    """In the chat nobody asks for a number: the choice of callers leads nowhere there."""
    answer = await answered(open_tools, said("", CALLBACK))
    assert "dialogue.callback" not in [origin_key(block) for block in answer.blocks]


async def test_people_are_asked_for_by_channel(open_tools: DialogueTools) -> None:
    """Whether somebody is there is another question on the telephone than in the chat."""
    people = People(SOMEBODY)
    for channel in (Channel.WEB, Channel.PHONE, Channel.CLI):
        now = replace(said("einen menschen bitte"), channel=channel)
        await answered(replace(open_tools, people=people), now)
    assert people.asked == [Channel.WEB, Channel.PHONE]


async def test_what_a_recogniser_heard_switches_no_language(open_tools: DialogueTools) -> None:
    """A recogniser puts everything in words of its own language: only a wish changes the one that is spoken."""
    english = "what does a passport cost for my little daughter please"
    state = DialogueState(language=Language.DE, language_is_chosen=True)
    tools = replace(open_tools, languages=HearsEnglish())
    assert (await answered(tools, said(english), state)).language is Language.EN
    assert (await answered(tools, heard(english), state)).language is Language.DE


async def test_the_button_begins_the_wait(open_tools: DialogueTools) -> None:
    """Pressing it makes an answer that says what happens next, and nothing else."""
    answer = await answered(open_tools, said("", CONNECT))
    assert answer.status is AnswerStatus.HANDOFF_QUEUED
    assert ways_of(answer) == []


@pytest.mark.parametrize("text", ["ja", "einen menschen bitte"])
async def test_so_do_words(open_tools: DialogueTools, text: str) -> None:
    """A yes to the offer, or asking once more, is taking it; without an offer a yes is just a yes."""
    offer = await answered(open_tools, said("einen menschen bitte"))
    offered = DialogueState(offered=offer.quick_replies)
    assert (await answered(open_tools, said(text), offered)).status is AnswerStatus.HANDOFF_QUEUED
    assert (await answered(open_tools, said(text))).status is not AnswerStatus.HANDOFF_QUEUED


async def test_who_comes_too_late_gets_the_other_ways(open_tools: DialogueTools) -> None:
    """Between offer and press the last agent may have gone: nobody is put into a queue that nobody serves."""
    tools = replace(open_tools, people=People(Availability(is_open=True, agents=0)))
    answer = await answered(tools, said("", CONNECT))
    assert answer.status is AnswerStatus.HANDOFF_OFFERED
    assert len(ways_of(answer)) == 1


async def test_the_second_failure_in_a_row_offers_a_person(open_tools: DialogueTools) -> None:
    """The first time Roland asks to be asked again, the second time it offers people."""
    assert ways_of(await answered(open_tools, said("xyz quatsch"))) == []
    again = await answered(open_tools, said("xyz quatsch"), DialogueState(failures=1))
    assert len(ways_of(again)) == 1


async def test_complaints_and_chosen_topics_come_with_people(
    open_tools: DialogueTools, retriever: ScriptedRetriever
) -> None:
    """A complaint always, a service where the city has said so, others not."""
    assert len(ways_of(await answered(open_tools, said("ärger")))) == 1
    retriever.findings = {"einbürgerung": (Finding("einbuergerung", 0.95),)}
    assert ways_of(await answered(open_tools, said("einbürgerung"))) == []
    city = replace(open_tools.city, topics_for_people=frozenset({"einbuergerung"}))
    answer = await answered(replace(open_tools, city=city), said("einbürgerung"))
    assert answer.status is AnswerStatus.ANSWERED
    assert len(ways_of(answer)) == 1


async def test_the_wait_is_offered_in_every_language(open_tools: DialogueTools) -> None:
    """The offer is an answer like any other: in the conversation's language."""
    answer = await answered(open_tools, said("einen menschen bitte"), DialogueState(language=Language.TR))
    assert answer.language is Language.TR
    assert answer.quick_replies[0].payload == CONNECT
