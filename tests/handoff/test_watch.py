"""Nobody waits for nothing."""

import asyncio
from datetime import timedelta

from assistant.model import Channel, Ending, HandoffState, Mode, NoticeKind, Presence
from tests.handoff.conftest import BERG, KAYA, House

MINUTE, LOOK = timedelta(minutes=1), timedelta(seconds=5)


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


async def look_for(house: House, time: timedelta) -> None:
    """The watch looks every few seconds for so long."""
    for _ in range(time // LOOK):
        house.clock.advance(LOOK)
        await house.watch.look()


async def test_a_server_that_was_away_calls_nobody_gone(house: House) -> None:
    """After an outage longer than agents may be silent, they have time to find back before who waits is sent away."""
    await house.arrive(KAYA)
    handoff = await house.wait_in_queue()
    house.clock.advance(house.tools.rules.gone_after + MINUTE)
    async with house.watch.running(every=MINUTE):
        await look_for(house, house.tools.rules.gone_after - LOOK)
        assert (await house.tools.handoffs.get(handoff.id)).state is HandoffState.WAITING
        await look_for(house, LOOK)
    assert (await house.tools.handoffs.get(handoff.id)).ending is Ending.NOBODY_CAME


async def test_a_machine_that_stood_still_calls_nobody_gone(house: House) -> None:
    """A break while the server runs, as when a virtual machine is moved, is an outage like any other."""
    await house.arrive(KAYA)
    talking, waiting = await house.wait_in_queue(), await house.wait_in_queue()
    await house.desk.claim(KAYA, talking.id)
    async with house.watch.running(every=MINUTE):
        house.clock.advance(5 * MINUTE)
        await house.watch.look()
        assert (await house.tools.handoffs.get(talking.id)).state is HandoffState.CLAIMED
        assert (await house.tools.handoffs.get(waiting.id)).state is HandoffState.WAITING
        await look_for(house, house.tools.rules.gone_after)
    assert (await house.tools.handoffs.get(talking.id)).agent_id is None


async def test_people_are_offered_right_after_an_outage(house: House) -> None:
    """Whoever asks before the desks have found back is not told that nobody is there."""
    await house.arrive(KAYA)
    house.clock.advance(5 * MINUTE)
    assert await house.tools.present() == ()
    async with house.watch.running(every=MINUTE):
        assert [one.agent_id for one in await house.tools.present()] == [KAYA.id]
        assert (await house.reception.availability(Channel.WEB)).agents == 1


async def test_whoever_left_without_a_word_does_not_come_back_with_the_server(house: House) -> None:
    """Nobody is promised an agent who was last seen yesterday."""
    await house.arrive(KAYA)
    house.clock.advance(timedelta(days=1))
    async with house.watch.running(every=MINUTE):
        assert await house.tools.present() == ()
