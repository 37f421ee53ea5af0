"""The agents' side: one takes it, speaks, passes on, gives back; nobody else does."""

import asyncio
from datetime import timedelta

import pytest

from assistant.errors import HandoffTakenError, NotTheAgentError
from assistant.handoff.desk import Draft
from assistant.model import AgentMessage, Ending, HandoffState, Mode, Notice, NoticeKind, Turn
from assistant.service import Message
from tests.handoff.conftest import BERG, KAYA, House


async def test_a_whole_conversation(house: House) -> None:
    """Every word is there, in order, once: Roland's, the person's, the agent's, and who took over when."""
    started = await house.wait_in_queue()
    talk = started.conversation_id
    await house.arrive(KAYA)
    await house.service.say(talk, Message("Hallo?"))
    await house.desk.claim(KAYA, started.id)
    await house.desk.say(KAYA, started.id, Draft("Guten Tag, hier ist Kaya."))
    await house.service.say(talk, Message("Gilt mein Pass noch?"))
    await house.desk.say(KAYA, started.id, Draft("Ja, bis März."))
    await house.desk.give_back(KAYA, started.id, reason="Rest kann Roland")
    turn = await house.service.say(talk, Message("Was kostet ein neuer?"))
    assert turn.answer is not None
    told = [entry.content for entry in await house.service.transcript(talk)]
    assert [_short(content) for content in told] == [
        "queued",
        "Hallo?",
        "claimed",
        "Guten Tag, hier ist Kaya.",
        "Gilt mein Pass noch?",
        "Ja, bis März.",
        "to_bot",
        "Was kostet ein neuer?",
    ]


def _short(content: Turn | AgentMessage | Notice) -> str:
    match content:
        case Turn():
            return content.utterance.text
        case AgentMessage():
            return content.text
        case Notice():
            return content.kind


async def test_roland_is_silent_once_an_agent_has_taken_over(house: House) -> None:
    """An answer that was on its way when the agent came is dropped, and the question is the agent's."""
    waiting = await house.wait_in_queue()
    talk = waiting.conversation_id
    await house.reception.leave(talk)
    house.dialogue.hold()
    asking = asyncio.create_task(house.service.say(talk, Message("Was kostet ein Pass?")))
    await house.dialogue.has_heard(1)
    conversation = await house.service.get(talk)
    handoff, notice = house.reception.wish(conversation, conversation.state)
    await house.tools.handoffs.queue(handoff, notice)
    await house.arrive(KAYA)
    await house.desk.claim(KAYA, handoff.id)
    house.dialogue.gate.set()
    turn = await asking
    assert (turn.answer, turn.mode, turn.is_pending) == (None, Mode.WITH_AGENT, False)


async def test_not_more_chats_than_one_can_answer(house: House) -> None:
    """The city's limit holds for claiming; what one has already can be claimed again."""
    await house.arrive(KAYA)
    waiting = [await house.wait_in_queue() for _ in range(4)]
    for handoff in waiting[:3]:
        await house.desk.claim(KAYA, handoff.id)
    with pytest.raises(HandoffTakenError):
        await house.desk.claim(KAYA, waiting[3].id)
    assert (await house.desk.claim(KAYA, waiting[0].id)).id == waiting[0].id


async def test_a_colleague_finds_everything(house: House) -> None:
    """Passed on, the packet names the reason, who spoke before and what is unanswered."""
    await house.arrive(KAYA)
    await house.arrive(BERG)
    handoff = await house.wait_in_queue()
    await house.desk.claim(KAYA, handoff.id)
    await house.desk.say(KAYA, handoff.id, Draft("Das weiß Herr Berg."))
    await house.service.say(handoff.conversation_id, Message("Danke, ich warte"))
    await house.desk.write_note(KAYA, handoff.id, "spricht wenig Deutsch")
    await house.desk.pass_on(KAYA, handoff.id, reason="Bauantrag", to=BERG)
    with pytest.raises(HandoffTakenError):
        await house.desk.claim(KAYA, handoff.id)
    await house.desk.claim(BERG, handoff.id)
    chat = await house.desk.look_at(handoff.id)
    assert (chat.packet.remark, chat.packet.earlier_agents) == ("Bauantrag", ("Frau Kaya",))
    assert chat.packet.to_people == ("Danke, ich warte",)
    assert [note.text for note in chat.notes] == ["spricht wenig Deutsch"]
    with pytest.raises(NotTheAgentError):
        await house.desk.say(KAYA, handoff.id, Draft("noch etwas"))


async def test_only_reasons_an_agent_may_give(house: House) -> None:
    """A chat is not closed as "nobody came"."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    await house.desk.claim(KAYA, handoff.id)
    with pytest.raises(ValueError, match="nobody_came"):
        await house.desk.close(KAYA, handoff.id, Ending.NOBODY_CAME)
    assert (await house.desk.close(KAYA, handoff.id, Ending.SOLVED)).state is HandoffState.ENDED


async def test_typing_is_told_and_not_kept(house: House) -> None:
    """The person sees that somebody writes; only the one who answers can cause it."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    await house.desk.claim(KAYA, handoff.id)
    before = await house.service.transcript(handoff.conversation_id)
    async with house.tools.bus.subscribe(f"conversation:{handoff.conversation_id}") as events:
        await house.desk.typing(BERG, handoff.id)
        await house.desk.typing(KAYA, handoff.id)
        assert await anext(events) == {"type": "typing", "who": "agent"}
    assert await house.service.transcript(handoff.conversation_id) == before


async def test_the_packet_has_what_was_asked_and_shown(house: House) -> None:
    """Language, questions in the person's words, service, sources with dates, what failed: nothing made up."""
    started = await house.service.start(house_channel := (await house.wait_in_queue()).channel)
    await house.service.say(started.id, Message("Was kostet ein Reisepass?"))
    conversation = await house.service.get(started.id)
    handoff, notice = house.reception.wish(conversation, conversation.state)
    await house.tools.handoffs.queue(handoff, notice)
    house.clock.advance(timedelta(minutes=3))
    packet = (await house.desk.look_at(handoff.id)).packet
    assert (packet.channel, packet.questions) == (house_channel, ("Was kostet ein Reisepass?",))
    assert [(source.title, source.updated_on is not None) for source in packet.shown] == [
        ("Reisepass beantragen", True)
    ]
    assert packet.waiting_since == handoff.asked_at
    assert packet.failed == ()


async def test_an_unhelpful_answer_is_told(house: House) -> None:
    """What the person rated down stands in the packet."""
    started = await house.service.start((await house.wait_in_queue()).channel)
    turn = await house.service.say(started.id, Message("Was kostet ein Reisepass?"))
    await house.service.rate(started.id, turn.utterance.id, helpful=False)
    conversation = await house.service.get(started.id)
    handoff, notice = house.reception.wish(conversation, conversation.state)
    await house.tools.handoffs.queue(handoff, notice)
    assert (await house.desk.look_at(handoff.id)).packet.rated_unhelpful == ("Was kostet ein Reisepass?",)


async def test_closing_is_the_end(house: House) -> None:
    """After it nothing more can be said, and the notice says who closed."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    await house.desk.claim(KAYA, handoff.id)
    await house.desk.close(KAYA, handoff.id, Ending.SOLVED)
    assert (await house.service.get(handoff.conversation_id)).mode is Mode.CLOSED
    assert (await house.notices(handoff.conversation_id))[-1] is NoticeKind.CLOSED
