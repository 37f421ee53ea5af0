"""What every EventBus promises."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from assistant.bus import LocalBus
from assistant.bus_redis import RedisBus
from assistant.ports import EventBus
from tests.redis import RedisServer

Event = dict[str, object]


@pytest.fixture(params=["local", pytest.param("redis", marks=pytest.mark.slow)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[EventBus]:
    """A bus of each kind."""
    if request.param == "local":
        yield LocalBus()
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    async with RedisBus(server.url) as redis:
        yield redis


async def next_of(events: AsyncIterator[Event]) -> Event:
    """The next event, but for the one that says that some may have been missed."""
    async with asyncio.timeout(5):
        return await anext(event async for event in events if event != {"type": "look"})


async def test_reaches_all_present_subscribers_of_the_topic(bus: EventBus) -> None:
    """Everybody who has subscribed to a topic gets its events in order; other topics get none."""
    async with bus.subscribe("a") as first, bus.subscribe("a") as second, bus.subscribe("b") as other:
        for number in range(3):
            await bus.publish("a", {"number": number})
        await bus.publish("b", {"number": 99})
        for events in (first, second):
            assert [await next_of(events) for _ in range(3)] == [{"number": 0}, {"number": 1}, {"number": 2}]
        assert await next_of(other) == {"number": 99}


async def test_nobody_is_held_up(bus: EventBus) -> None:
    """Publishing to nobody, and to somebody who does not listen, returns at once; the newest events are kept."""
    await bus.publish("a", {})
    async with bus.subscribe("a") as events:
        for number in range(1000):
            await asyncio.wait_for(bus.publish("a", {"number": number}), 1)
        kept = [await next_of(events)]
        while kept[-1] != {"number": 999}:
            kept.append(await next_of(events))
    assert len(kept) in (99, 100)


async def test_an_event_that_does_not_travel_fails_nobody(bus: EventBus) -> None:
    """An event that is no JSON, or too large, does not disturb the one who publishes it, nor the events after it."""
    async with bus.subscribe("a") as events:
        await bus.publish("a", {"what": object()})
        await bus.publish("a", {"what": "x" * 100_000})
        await bus.publish("a", {"number": 1})
        assert [await next_of(events) for _ in range(3)][-1] == {"number": 1}


async def test_leaves_nothing_behind() -> None:
    """After the last subscriber has gone, the bus keeps nothing of the topic."""
    bus = LocalBus()
    async with bus.subscribe("a"):
        pass
    assert not bus._queues
