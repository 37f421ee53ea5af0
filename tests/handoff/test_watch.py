"""Nobody waits for nothing."""

import asyncio
from datetime import timedelta

from assistant.model import Ending, HandoffState, Mode, NoticeKind, Presence
from tests.handoff.conftest import BERG, KAYA, House

MINUTE = timedelta(minutes=1)


async def test_chats_of_a_lost_agent_go_back_into_the_queue(house: House) -> None:
    """A desk that gives no sign of life loses its chats; they keep their time of asking."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    await house.desk.claim(KAYA, handoff.id)
    await house.watch.look()
    assert (await house.tools.handoffs.get(handoff.id)).state is HandoffState.CLAIMED
    house.clock.advance(house.tools.rules.gone_after + MINUTE)
    await house.arrive(BERG)
    await house.watch.look()
    (waiting,) = await house.desk.waiting()
    assert (waiting.id, waiting.asked_at, waiting.agent_id) == (handoff.id, handoff.asked_at, None)
    assert await house.notices(handoff.conversation_id) == [
        NoticeKind.QUEUED,
        NoticeKind.CLAIMED,
        NoticeKind.AGENT_LOST,
    ]


async def test_a_sign_of_life_keeps_them(house: House) -> None:
    """An open desk is enough, nothing need be said."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    await house.desk.claim(KAYA, handoff.id)
    house.clock.advance(house.tools.rules.gone_after - MINUTE / 2)
    await house.desk.seen(KAYA)
    house.clock.advance(MINUTE)
    await house.watch.look()
    assert [one.id for one in await house.desk.chats_of(KAYA)] == [handoff.id]


async def test_what_waits_for_one_colleague_is_freed(house: House) -> None:
    """After a while, or when the colleague goes, anybody may take it."""
    for goes in (False, True):
        await house.arrive(KAYA)
        await house.arrive(BERG)
        handoff = await house.wait_in_queue()
        await house.desk.claim(KAYA, handoff.id)
        await house.desk.pass_on(KAYA, handoff.id, reason="Bau", to=BERG)
        await house.watch.look()
        assert (await house.tools.handoffs.get(handoff.id)).agent_id == "berg"
        if goes:
            await house.desk.report(BERG, Presence.AWAY)
        else:
            house.clock.advance(house.tools.rules.reserved_for)
            await house.desk.seen(KAYA)
            await house.desk.seen(BERG)
        await house.watch.look()
        assert (await house.tools.handoffs.get(handoff.id)).agent_id is None
        await house.desk.claim(KAYA, handoff.id)
        await house.desk.close(KAYA, handoff.id, Ending.SOLVED)


async def test_nobody_is_left_without_a_promise(house: House) -> None:
    """When the line closes, or the last agent goes, who waits gets a date and Roland answers again."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    await house.watch.look()
    assert house.promises.made == []
    await house.desk.report(KAYA, Presence.AWAY)
    await asyncio.gather(*(house.watch.look() for _ in range(3)))
    ended = await house.tools.handoffs.get(handoff.id)
    assert (ended.state, ended.ending) == (HandoffState.ENDED, Ending.NOBODY_CAME)
    assert (await house.service.get(handoff.conversation_id)).mode is Mode.WITH_BOT
    entries = await house.service.transcript(handoff.conversation_id)
    notices = [entry.content for entry in entries]
    assert [getattr(notice, "kind", None) for notice in notices] == [NoticeKind.QUEUED, NoticeKind.NOBODY_CAME]
    assert getattr(notices[-1], "values", {})["due"] == "25. November 2026"


async def test_a_break_is_no_end(house: House) -> None:
    """While somebody is at the desk, even on a break, nobody is sent away."""
    await house.desk.report(KAYA, Presence.PAUSED)
    handoff = await house.wait_in_queue()
    await house.watch.look()
    assert (await house.tools.handoffs.get(handoff.id)).state is HandoffState.WAITING


async def test_at_closing_time_whoever_talks_may_finish(house: House) -> None:
    """The end of the hours ends waits, not conversations."""
    await house.arrive(KAYA)
    talking, waiting = await house.wait_in_queue(), await house.wait_in_queue()
    await house.desk.claim(KAYA, talking.id)
    house.clock.advance(timedelta(hours=6, minutes=1))
    await house.desk.seen(KAYA)
    await house.watch.look()
    assert (await house.tools.handoffs.get(talking.id)).state is HandoffState.CLAIMED
    assert (await house.tools.handoffs.get(waiting.id)).ending is Ending.NOBODY_CAME


async def test_a_server_that_was_away_calls_nobody_gone(house: House) -> None:
    """After an outage longer than agents may be silent, they have time to find back before who waits is sent away."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    house.clock.advance(house.tools.rules.gone_after + MINUTE)
    async with house.watch.running():
        await house.watch.look()
        assert (await house.tools.handoffs.get(handoff.id)).state is HandoffState.WAITING
        house.clock.advance(house.tools.rules.gone_after)
        await house.watch.look()
    assert (await house.tools.handoffs.get(handoff.id)).ending is Ending.NOBODY_CAME
