"""From the event loop of the telephone line to the one that owns the conversations, and back with what came of it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from assistant.errors import TelephoneError, TurnTimeoutError

T = TypeVar("T")


class Crossing:
    """Has work done in the loop it was opened in, asked for from any loop of the process.

    Whoever asks no longer cancels the work; whoever waits too long gets an error, also where that loop has stopped.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Let work be done in the loop that runs now."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Take no more work."""
        self._loop = None

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]], patience_s: float) -> T:
        """What comes of the work; raises what it raises, TurnTimeoutError after ``patience_s``, or TelephoneError."""
        try:
            async with asyncio.timeout(patience_s):
                return await self._begun(work)
        except TimeoutError as error:
            raise TurnTimeoutError(f"the office has not answered within {patience_s:.1f} s") from error

    def _begun(self, work: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Future[T]":
        loop = self._loop
        if loop is None or loop.is_closed():
            raise TelephoneError("the office is closed")
        if loop is asyncio.get_running_loop():
            return asyncio.ensure_future(work())
        begun = work()
        try:
            return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(begun, loop))
        except RuntimeError as error:  # closed between the look and the call
            begun.close()
            raise TelephoneError("the office is closed") from error
