"""Work that goes on beside the server, for as long as a context lasts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta


@asynccontextmanager
async def beside(work: Awaitable[None]) -> AsyncIterator[None]:
    """Does the work until the context is left; it is cancelled then, and has ended when the context has."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def repeated(look: Callable[[], Awaitable[object]], every: timedelta) -> AsyncIterator[None]:
    """Looks at once and then again and again, with such a pause in between; ``look`` sees to its own errors."""
    async with beside(_for_ever(look, every)):
        yield


async def _for_ever(look: Callable[[], Awaitable[object]], every: timedelta) -> None:
    while True:
        await look()
        await asyncio.sleep(every.total_seconds())
