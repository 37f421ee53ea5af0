"""The bus between processes, on a real Redis that is killed, started again and stopped in its tracks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from assistant import bus_redis
from assistant.bootstrap import examine
from assistant.bootstrap.bus import open_bus
from assistant.bus import LocalBus
from assistant.bus_redis import LOOK, RedisBus
from assistant.errors import BusUnavailableError, ConfigError
from tests.redis import RedisServer
from tests.server import settings_for

pytestmark = pytest.mark.slow

Event = dict[str, object]


@pytest.fixture
def server(mortal_redis: RedisServer) -> RedisServer:
    """A Redis of the test's own."""
    return mortal_redis


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses and time limits short enough for a test."""
    monkeypatch.setattr(bus_redis, "_PAUSES_S", (0.01, 0.05))
    monkeypatch.setattr(bus_redis, "_SILENCE_S", 0.1)
    monkeypatch.setattr(bus_redis, "_TIMEOUT_S", 0.2)


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A log of this test's own: commands that ran in this process before may have set theirs up for good."""
    before = structlog.get_config()
    structlog.reset_defaults()
    monkeypatch.setattr(bus_redis, "_log", structlog.get_logger())
    yield
    structlog.configure(**before)


@asynccontextmanager
async def two_subscribers(
    server: RedisServer, second: str = "roland"
) -> AsyncIterator[tuple[RedisBus, RedisBus, AsyncIterator[Event], AsyncIterator[Event]]]:
    """Two processes' buses, the second one with that prefix, and a subscription in each; both are connected."""
    async with (
        RedisBus(server.url) as here,
        RedisBus(server.url, prefix=second) as there,
        here.subscribe("a") as own,
        there.subscribe("a") as heard,
    ):
        await until(own, LOOK)
        await until(heard, LOOK)
        yield here, there, own, heard


async def until(events: AsyncIterator[Event], wanted: Mapping[str, object]) -> list[Event]:
    """The events up to and with the wanted one."""
    seen: list[Event] = []
    async with asyncio.timeout(10):
        async for event in events:
            seen.append(event)
            if event == wanted:
                break
    return seen


async def eventually(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def test_other_processes_hear(server: RedisServer) -> None:
    """What one process publishes, subscribers in another hear once and in order; the publisher's own hear it too."""
    wanted: list[Event] = [{"number": number} for number in range(50)]
    async with two_subscribers(server) as (here, there, own, heard):
        for event in wanted:
            await here.publish("a", event)
        assert await until(heard, {"number": 49}) == wanted
        assert await until(own, {"number": 49}) == wanted
        await there.publish("a", {"last": True})
        assert await until(own, {"last": True}) == [{"last": True}]


async def test_installations_are_apart(server: RedisServer) -> None:
    """Two cities on one Redis hear nothing of each other."""
    async with two_subscribers(server, "other-city") as (one, two, _, heard), RedisBus(server.url) as third:
        async with third.subscribe("a") as elsewhere:
            await until(elsewhere, LOOK)
            await one.publish("a", {"of": "one"})
            await until(elsewhere, {"of": "one"})  # so Redis has passed it on by now
        await two.publish("a", {"of": "two"})
        assert await until(heard, {"of": "two"}) == [{"of": "two"}]


async def test_ids_of_conversations_do_not_travel(server: RedisServer) -> None:
    """Who listens at Redis learns no id that would open a conversation."""
    secret = "3YwVfR0secretSecretSecret"
    async with Redis.from_url(server.url) as spy, RedisBus(server.url) as bus, spy.pubsub() as wire:
        await wire.psubscribe("*")
        await bus.publish(f"conversation:{secret}", {"type": "transcript"})
        async with asyncio.timeout(5):
            told = await anext(message["data"] async for message in wire.listen() if message["type"] == "pmessage")
    assert b"transcript" in told
    assert secret.encode() not in told


async def test_a_killed_redis_costs_only_delay(server: RedisServer) -> None:
    """While Redis is dead publishing works and this process hears; once it is back, the others do, told to look."""
    async with two_subscribers(server) as (here, _, own, heard):
        server.kill()
        async with asyncio.timeout(0.5):
            for number in range(100):
                await here.publish("a", {"number": number})
        await until(own, {"number": 99})
        with pytest.raises(BusUnavailableError):
            await here.ping()
        server.start()
        await until(heard, LOOK)
        await here.publish("a", {"after": True})
        await until(heard, {"after": True})


async def test_a_redis_that_stands_still_is_noticed(server: RedisServer) -> None:
    """A Redis whose connections stay open but that says nothing is left, and found again."""
    async with two_subscribers(server) as (here, there, _, heard):
        server.pause()
        with structlog.testing.capture_logs() as lines:
            async with asyncio.timeout(0.5):
                await here.publish("a", {"while": "still"})
            with pytest.raises(BusUnavailableError):
                await there.ping()
            await eventually(lambda: sum(line["what"] == "hearing" for line in lines) == 2)
        server.go_on()
        await until(heard, LOOK)
        await here.publish("a", {"after": True})
        await until(heard, {"after": True})


async def test_the_log_tells_once(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long outage is one line a direction, and one more when it is over."""
    attempts: list[float] = []

    def counted(_shortest: float, longest: float) -> float:
        attempts.append(longest)
        return longest

    monkeypatch.setattr("random.uniform", counted)
    with structlog.testing.capture_logs() as lines:
        async with RedisBus(server.url) as bus, bus.subscribe("a") as events:
            await until(events, LOOK)
            server.kill()
            await bus.publish("a", {})
            await eventually(lambda: len(attempts) > 10)
            server.start()
            await eventually(lambda: sum(line["event"] == "bus is back" for line in lines) == 2)
    assert sorted((line["event"].split(",")[0], line["what"]) for line in lines) == [
        ("bus is back", "hearing"),
        ("bus is back", "telling"),
        ("bus lost", "hearing"),
        ("bus lost", "telling"),
    ]


@pytest.mark.parametrize(
    "nonsense", [b"", b"{", b"[]", b'{"from": 1}', b'{"from": "x", "topic": "y", "event": []}', b"\xff", b"x" * 9999]
)
async def test_nonsense_is_passed_over(server: RedisServer, nonsense: bytes) -> None:
    """What somebody else writes into the channel neither arrives nor ends the hearing."""
    async with Redis.from_url(server.url) as stranger, two_subscribers(server) as (here, _, _, heard):
        await stranger.publish("roland:events", nonsense)
        await here.publish("a", {"after": True})
        assert await until(heard, {"after": True}) == [{"after": True}]


async def test_what_is_not_sent_is_limited() -> None:
    """While there is no Redis, memory does not grow with every event."""
    bus: Any = RedisBus("unix:///nowhere/redis.sock")
    for number in range(5000):
        await bus.publish("a", {"number": number})
    assert len(bus._unsent) == 1000


@pytest.mark.parametrize(
    "wrong", ["postgresql://roland:geheim@localhost", "redis://roland:geheim/2@localhost", "redis"]
)
def test_a_wrong_address_is_an_error_of_the_configuration(wrong: str) -> None:
    """An address that is none of a Redis is told at the start, without the password in it."""
    with pytest.raises(ConfigError, match=r"bus\.url") as caught:
        RedisBus(wrong)
    assert "geheim" not in str(caught.value)


def test_the_settings_pick_the_bus(tmp_path: Path) -> None:
    """Without an address each process keeps to itself; with one it is Redis."""
    assert isinstance(open_bus(settings_for(tmp_path)), LocalBus)
    assert isinstance(open_bus(settings_for(tmp_path, bus={"url": "redis://localhost"})), RedisBus)


async def test_the_doctor_looks_at_the_bus(tmp_path: Path, server: RedisServer) -> None:
    """``roland doctor`` tells whether Redis answers, as something Roland works without."""
    settings = settings_for(tmp_path, bus={"url": server.url})
    (well,) = (check for check in await examine(settings) if check.part == "bus")
    assert (well.ok, well.required) == (True, False)
    server.kill()
    (ill,) = (check for check in await examine(settings) if check.part == "bus")
    assert (ill.ok, ill.required) == (False, False)
