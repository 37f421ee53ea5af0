"""Events from the one who changes a conversation to those who look at it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_LONGEST_QUEUE = 100

DESK_TOPIC = "desk"
"""The topic for changes to the queue and to who answers where."""


def topic_of(conversation_id: str) -> str:
    """The topic for changes to a conversation; its events name what changed, never what was said."""
    return f"conversation:{conversation_id}"


class LocalBus:
    """The EventBus within one process; who does not keep up misses the oldest events and holds nobody up."""

    def __init__(self) -> None:
        self._queues: defaultdict[str, set[asyncio.Queue[dict[str, object]]]] = defaultdict(set)

    async def publish(self, topic: str, event: dict[str, object]) -> None:
        for queue in self._queues.get(topic, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    async def publish_to_all(self, event: dict[str, object]) -> None:
        """Hand an event to the present subscribers of every topic."""
        for topic in tuple(self._queues):
            await self.publish(topic, event)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[AsyncIterator[dict[str, object]]]:
        queue: asyncio.Queue[dict[str, object]] = asyncio.Queue(_LONGEST_QUEUE)
        self._queues[topic].add(queue)
        try:
            yield _events(queue)
        finally:
            self._queues[topic].discard(queue)
            if not self._queues[topic]:
                del self._queues[topic]


async def _events(queue: asyncio.Queue[dict[str, object]]) -> AsyncIterator[dict[str, object]]:
    while True:
        yield await queue.get()
