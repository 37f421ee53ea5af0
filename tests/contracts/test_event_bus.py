"""What every EventBus promises."""

import asyncio

from assistant.bus import LocalBus
from assistant.ports import EventBus


async def test_reaches_all_present_subscribers_of_the_topic() -> None:
    """Everybody who has subscribed to a topic gets its events in order; other topics get none."""
    bus: EventBus = LocalBus()
    async with bus.subscribe("a") as first, bus.subscribe("a") as second, bus.subscribe("b") as other:
        for number in range(3):
            await bus.publish("a", {"number": number})
        await bus.publish("b", {"number": 99})
        for events in (first, second):
            assert [await anext(events) for _ in range(3)] == [{"number": 0}, {"number": 1}, {"number": 2}]
        assert await anext(other) == {"number": 99}


async def test_nobody_is_held_up() -> None:
    """Publishing to nobody, and to somebody who does not listen, returns at once; the newest events are kept."""
    bus: EventBus = LocalBus()
    await bus.publish("a", {})
    async with bus.subscribe("a") as events:
        for number in range(1000):
            await asyncio.wait_for(bus.publish("a", {"number": number}), 1)
        newest = [await anext(events) for _ in range(100)]
    assert newest[-1] == {"number": 999}


async def test_leaves_nothing_behind() -> None:
    """After the last subscriber has gone, the bus keeps nothing of the topic."""
    bus = LocalBus()
    async with bus.subscribe("a"):
        pass
    assert not bus._queues
