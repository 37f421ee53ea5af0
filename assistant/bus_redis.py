"""Events between worker processes and machines, over Redis.

    publish ──► subscribers of this process, at once
            └─► what is to be sent ──► Redis ──► other processes ──► their subscribers

Events only say that it is worth a look into the store, so Redis may be away: nothing waits for it and nothing is lost,
others merely hear later. Ids of conversations are secrets, so topics travel as digests.
"""

import asyncio
import json
import random
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from assistant.bus import LocalBus
from assistant.errors import BusUnavailableError, ConfigError

_log = structlog.get_logger(__name__)

_MOST_UNSENT = 1000
_LARGEST_BYTES = 4096
_SILENCE_S = 10.0
_PAUSES_S = (0.1, 5.0)
_TIMEOUT_S = 2.0

LOOK: dict[str, object] = {"type": "look"}
"""What everybody is told after a gap, in which events may have been missed."""


class RedisBus:
    """The EventBus of several processes; to be entered before anything is heard from the others."""

    name = "bus"

    def __init__(self, url: str, *, prefix: str = "roland") -> None:
        """``prefix``: keeps installations apart that share a Redis. Raises ConfigError for a URL that cannot be one."""
        try:
            # Trying again is done here, where nobody waits for it.
            self._redis: Redis = Redis.from_url(
                url,
                socket_connect_timeout=_TIMEOUT_S,
                socket_timeout=_TIMEOUT_S,
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError:
            # Its own words may quote a part of the address, and that may be the password.
            raise ConfigError("bus.url: not the address of a Redis (redis://, rediss:// or unix://)") from None
        self._channel = f"{prefix}:events"
        self._me = secrets.token_hex(8)
        self._here = LocalBus()
        self._unsent: deque[str] = deque(maxlen=_MOST_UNSENT)
        self._is_unsent = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def ping(self) -> None:
        """Return when Redis answers; raise BusUnavailableError otherwise."""
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                await self._redis.ping()
        except (RedisError, OSError) as error:
            raise BusUnavailableError(f"Redis does not answer: {error}") from error

    async def __aenter__(self) -> "RedisBus":
        self._tasks = [
            asyncio.create_task(_keep_trying("hearing", self._hear)),
            asyncio.create_task(_keep_trying("telling", self._tell)),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            # The client swallows a cancellation that comes while it connects.
            while not task.done():
                task.cancel()
                await asyncio.wait((task,), timeout=0.1)
        await self._redis.aclose()

    # ── the port ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def publish(self, topic: str, event: dict[str, object]) -> None:
        digest = _digest(topic)
        await self._here.publish(digest, event)
        told = _encoded({"from": self._me, "topic": digest, "event": event})
        if told is not None:
            self._unsent.append(told)
            self._is_unsent.set()

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[dict[str, object]]]:
        return self._here.subscribe(_digest(topic))

    # ── telling and hearing ────────────────────────────────────────────────────────────────────────────────────────

    async def _tell(self, is_well: Callable[[], None]) -> None:
        while True:
            while self._unsent:
                told = self._unsent[0]
                await self._redis.publish(self._channel, told)
                is_well()
                if self._unsent and self._unsent[0] is told:  # else the queue has run over meanwhile
                    self._unsent.popleft()
            self._is_unsent.clear()
            await self._is_unsent.wait()

    async def _hear(self, is_well: Callable[[], None]) -> None:
        async with self._redis.pubsub() as heard:
            await heard.subscribe(self._channel)
            while True:
                message = await _next_message(heard)
                if message["type"] == "subscribe":
                    is_well()
                    await self._here.publish_to_all(LOOK)
                elif message["type"] == "message":
                    await self._pass_on(message["data"])

    async def _pass_on(self, data: bytes) -> None:
        match _decoded(data):
            case {"from": str(sender), "topic": str(digest), "event": dict(event)} if sender != self._me:
                await self._here.publish(digest, event)


async def _next_message(heard: PubSub) -> dict[str, Any]:
    """The next message; raises ConnectionError when Redis gives no sign of life any more."""
    for _ in range(2):
        message = await heard.get_message(timeout=_SILENCE_S)
        if message is not None:
            return dict(message)
        await heard.ping()
    raise ConnectionError("no sign of life")


def _encoded(told: dict[str, object]) -> str | None:
    """The JSON of an event; None, which is logged, for one that does not travel: what it tells of is stored already."""
    try:
        text = json.dumps(told)
    except (TypeError, ValueError) as error:
        _log.error("event not told to other processes", error=type(error).__name__)
        return None
    if len(text) > _LARGEST_BYTES:
        _log.error("event not told to other processes", bytes=len(text))
        return None
    return text


def _decoded(data: bytes) -> object:
    if len(data) > _LARGEST_BYTES:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return None


def _digest(topic: str) -> str:
    return sha256(topic.encode()).hexdigest()[:32]


async def _keep_trying(what: str, work: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
    """Do work for ever: anew whenever Redis fails, after longer and longer pauses; told once, and once it is over."""
    shortest, longest = _PAUSES_S
    pause, is_lost = shortest, False

    def is_well() -> None:
        nonlocal pause, is_lost
        if is_lost:
            _log.info("bus is back", what=what)
        pause, is_lost = shortest, False

    while True:
        try:
            await work(is_well)
        except (RedisError, OSError, TimeoutError) as error:
            if not is_lost:
                _log.warning("bus lost, others hear later", what=what, error=type(error).__name__)
            is_lost = True
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - so that not all come back at once
        pause = min(2 * pause, longest)
