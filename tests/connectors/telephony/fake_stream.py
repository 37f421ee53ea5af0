"""The other side of a media stream, and an event loop of its own for the trunk."""

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class FakeStream:
    """A connection of messages in memory; ``frozen`` takes nothing any more."""

    coming: "asyncio.Queue[str | bytes | None]" = field(default_factory=asyncio.Queue)
    going: "asyncio.Queue[str | bytes]" = field(default_factory=asyncio.Queue)
    is_broken: bool = False
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    takes_nothing: bool = False

    async def receive(self) -> str | bytes | None:
        """The next message."""
        message = await self.coming.get()
        if message is None and self.is_broken:
            raise ConnectionError("gone")
        return message

    async def send(self, message: str | bytes) -> None:
        """Take a message."""
        if self.is_broken or self.takes_nothing:
            self.refused.set()
            raise ConnectionError("gone")
        self.going.put_nowait(message)

    def say(self, *messages: str | bytes | dict[str, Any]) -> None:
        """Send messages to Roland."""
        for message in messages:
            self.coming.put_nowait(json.dumps(message) if isinstance(message, dict) else message)

    def close(self) -> None:
        """End the connection properly."""
        self.coming.put_nowait(None)

    def break_off(self) -> None:
        """Lose the connection."""
        self.is_broken = True
        self.coming.put_nowait(None)

    async def heard(self, kind: str) -> dict[str, Any]:
        """The next JSON message of that event or type; others are skipped."""
        while True:
            message = await self.going.get()
            if isinstance(message, str):
                content: dict[str, Any] = json.loads(message)
                if kind in {content.get("event"), content.get("type")}:
                    return content


class OtherLoop:
    """An event loop in a thread of its own, as the line has one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something there, and wait for it here."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The same, from where no loop runs."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)


@contextmanager
def other_loop() -> Iterator[OtherLoop]:
    """Such a loop, until the end of the context."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield OtherLoop(loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
