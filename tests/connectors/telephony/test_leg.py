"""What comes from a caller, in its order."""

import asyncio
from datetime import UTC, datetime

from assistant.model import CallDetails, CallEnded, CallEnding, HoldChanged, KeyPressed, LegEvent, Sound
from connectors.telephony.leg import MOST_OTHERS, CallLeg, LegEvents

DETAILS = CallDetails("id", "sip", "call", datetime(2026, 11, 23, 11, tzinfo=UTC))


async def all_of(events: LegEvents) -> list[LegEvent]:
    """Everything up to the end."""
    return [event async for event in events]


async def test_events_come_in_order_and_end_once() -> None:
    """Nothing comes after the first end, whatever is put."""
    events = LegEvents()
    came: list[LegEvent] = [Sound(b"a"), KeyPressed("1"), HoldChanged(True), CallEnded(CallEnding.CALLER)]
    for event in [*came, CallEnded(CallEnding.LOST), Sound(b"b")]:
        events.put(event)
    assert await asyncio.wait_for(all_of(events), 1) == came


async def test_a_slow_reader_loses_the_oldest_sound_only() -> None:
    """Keys, holding and the end are kept however much sound comes between them."""
    events = LegEvents(most_sounds=2)
    for number in range(5):
        events.put(KeyPressed(str(number)))
        events.put(Sound(bytes([number])))
    events.put(CallEnded(CallEnding.CALLER))
    heard = await asyncio.wait_for(all_of(events), 1)
    assert [event.key for event in heard if isinstance(event, KeyPressed)] == list("01234")
    assert [event for event in heard if isinstance(event, Sound)] == [Sound(b"\3"), Sound(b"\4")]
    assert events.dropped == 3


async def test_a_machine_that_presses_keys_fills_no_memory() -> None:
    """Nobody types hundreds of keys ahead; the end is told all the same."""
    events = LegEvents()
    for _ in range(100_000):
        events.put(KeyPressed("1"))
    events.put(CallEnded(CallEnding.CALLER))
    came = await asyncio.wait_for(all_of(events), 1)
    assert len(came) == MOST_OTHERS + 1
    assert came[-1] == CallEnded(CallEnding.CALLER)


async def test_a_reader_who_keeps_up_loses_nothing() -> None:
    """What has been read makes room for what comes."""
    events = LegEvents(most_sounds=1)
    reader = aiter(events)
    for number in range(10):
        events.put(Sound(bytes([number])))
        assert await asyncio.wait_for(anext(reader), 1) == Sound(bytes([number]))
    assert events.dropped == 0


async def test_a_reader_who_waits_is_told_of_the_end() -> None:
    """Ending a call wakes whoever reads, and lets go whoever waits for sound to be played."""
    leg = CallLeg(DETAILS)
    leg.play(bytes(640))
    assert leg.queued_ms == 40
    reading, playing = asyncio.create_task(all_of(leg.inbox)), asyncio.create_task(leg.played())
    await asyncio.sleep(0)
    leg.end(CallEnding.LOST)
    leg.end(CallEnding.CALLER)
    assert await asyncio.wait_for(reading, 1) == [CallEnded(CallEnding.LOST)]
    await asyncio.wait_for(playing, 1)
    assert leg.has_ended
    assert leg.queued_ms == 0
