"""From one thread's event loop into another's, without ever waiting or growing without bound."""

import asyncio
import threading
from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Crossing(Generic[T]):
    """A queue that any thread puts into, and one reader in ``loop`` takes from. Nothing in it is None."""

    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        self._loop = loop
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[T] = deque()
        self._closed = False
        self._woken = False
        self._news = asyncio.Event()

    def put(self, item: T) -> bool:
        """Add one; False, and it is lost, where the queue is full or closed."""
        with self._lock:
            if self._closed or len(self._waiting) >= self._most:
                return False
            self._waiting.append(item)
        self._wake()
        return True

    def close(self) -> None:
        """Nothing more comes after what is there. Harmless when said again."""
        with self._lock:
            self._closed = True
        self._wake()

    async def get(self) -> T | None:
        """The next one, None after the last; for one reader, in the loop."""
        while True:
            with self._lock:
                if self._waiting:
                    return self._waiting.popleft()
                if self._closed:
                    return None
                self._woken = False
                self._news.clear()
            await self._news.wait()

    def _wake(self) -> None:
        with self._lock:
            if self._woken:
                return
            self._woken = True
        # A loop that is closed has no reader any more.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._news.set)
