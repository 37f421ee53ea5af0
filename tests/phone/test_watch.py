"""No caller is lost, also when the process of the line dies."""

from datetime import timedelta

import pytest

from assistant.model import (
    CallEnding,
    Ending,
    HandoffState,
    Mode,
    NoticeKind,
    Presence,
    ReplyBy,
    TicketFilter,
    TicketKind,
)
from tests.handoff.conftest import KAYA
from tests.phone.conftest import NUMBER, RULES, Behind

MINUTE = timedelta(minutes=1)


async def test_calls_on_the_line_are_left_alone(behind: Behind) -> None:
    """Neither watch touches a caller who speaks with Roland, or is being put through, however long it takes."""
    speaking, waiting = await behind.ring(), await behind.ring(name="call-2")
    await behind.wish_person(waiting)
    await behind.desk.report(KAYA, Presence.AWAY)
    await behind.wait(10 * MINUTE)
    await behind.watch.look()
    await behind.chat_watch.look()
    assert (await behind.mode(speaking), await behind.mode(waiting)) == (Mode.WITH_BOT, Mode.QUEUED)


async def test_a_line_that_dies_while_a_caller_waits(behind: Behind) -> None:
    """The conversation stays in the queue with the number: an agent reads what was said, and rings back."""
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    handoff = await behind.wish_person(call)
    await behind.wait(RULES.lost_after + MINUTE, alive=False)
    for _ in range(2):
        await behind.watch.look()
    (kept,) = await behind.desk.waiting()
    assert (kept.id, kept.caller) == (handoff.id, NUMBER)
    assert await behind.notices(call) == [NoticeKind.QUEUED, NoticeKind.CALL_LOST]
    lost = await behind.calls.of_conversation(call)
    assert lost is not None
    assert lost.ending is CallEnding.LOST
    await behind.desk.claim(KAYA, handoff.id)
    assert (await behind.desk.look_at(handoff.id)).packet.questions == ("was kostet ein reisepass",)


async def test_a_lost_caller_to_whom_nobody_comes_gets_a_call_back(behind: Behind) -> None:
    """At the end of the day the number becomes a call-back with a date, and the conversation is over."""
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    handoff = await behind.wish_person(call)
    await behind.desk.report(KAYA, Presence.AWAY)
    await behind.wait(RULES.lost_after + MINUTE, alive=False)
    for _ in range(2):
        await behind.watch.look()
    (ticket,) = await behind.tickets.desk.find(TicketFilter())
    assert (ticket.kind, ticket.reply_by, ticket.contact) == (TicketKind.CALLBACK, ReplyBy.PHONE, NUMBER)
    assert ticket.text == "was kostet ein reisepass"
    ended = await behind.tools.handoffs.get(handoff.id)
    assert (ended.state, ended.ending, ended.caller) == (HandoffState.ENDED, Ending.NOBODY_CAME, "")
    assert await behind.mode(call) is Mode.CLOSED


@pytest.mark.parametrize("waits", [False, True])
async def test_a_lost_caller_who_cannot_be_rung_is_over(behind: Behind, *, waits: bool) -> None:
    """Who spoke with Roland, or withheld their number, leaves nothing in the queue or on the list."""
    call = await behind.ring(caller=None)
    if waits:
        await behind.wish_person(call)
    await behind.wait(RULES.lost_after + MINUTE, alive=False)
    await behind.watch.look()
    assert await behind.mode(call) is Mode.CLOSED
    assert (await behind.desk.waiting(), await behind.calls.running()) == ((), ())


async def test_a_line_that_dies_after_putting_through(behind: Behind) -> None:
    """Somebody speaks with the caller already: nothing is told of a loss, and the agent can still take over."""
    call = await behind.ring()
    handoff = await behind.put_through(call)
    await behind.wait(RULES.lost_after + MINUTE, alive=False)
    await behind.watch.look()
    assert NoticeKind.CALL_LOST not in await behind.notices(call)
    await behind.desk.claim(KAYA, handoff.id)
    assert await behind.mode(call) is Mode.WITH_AGENT


async def test_who_was_served_by_telephone_alone(behind: Behind) -> None:
    """A call that nobody at the desk takes over leaves the queue by itself, and counts as put through."""
    call = await behind.ring()
    handoff = await behind.put_through(call)
    await behind.line.do(behind.office.close(call, CallEnding.TRANSFERRED))
    await behind.wait(RULES.untaken_after - MINUTE)
    await behind.watch.look()
    assert [waiting.id for waiting in await behind.desk.waiting()] == [handoff.id]
    await behind.wait(MINUTE)
    await behind.watch.look()
    ended = await behind.tools.handoffs.get(handoff.id)
    assert (ended.state, ended.ending, ended.caller) == (HandoffState.ENDED, Ending.PASSED_ON, "")
    assert await behind.mode(call) is Mode.CLOSED


async def test_a_call_that_missed_its_agent(behind: Behind) -> None:
    """It goes back to where whoever has the caller on the telephone can take it; a chat cannot miss anybody."""
    call = await behind.ring()
    handoff = await behind.put_through(call)
    await behind.desk.claim(KAYA, handoff.id)
    await behind.desk.release(KAYA, handoff.id)
    assert await behind.mode(call) is Mode.QUEUED
    assert (await behind.notices(call))[-1] is NoticeKind.CALL_MISSED


async def test_a_ringing_telephone_is_never_too_much(behind: Behind) -> None:
    """Who has as many chats as the rules allow still takes a call, and calls leave room for chats."""
    calls = [await behind.ring(name=f"call-{number}") for number in range(5)]
    for call in calls:
        await behind.desk.claim(KAYA, (await behind.wish_person(call)).id)
    there = await behind.reception.availability()
    assert (there.waiting, there.wait) == (0, timedelta())
