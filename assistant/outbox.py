"""Runs the errands of the outbox: again and again until each is done, or given up for somebody to look at.

What is promised: an errand is run at least once. It is run twice only where a process dies, or the database is gone,
between the doing and the note of it; whoever runs errands makes that harmless by passing on the errand's id.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from assistant.beside import repeated
from assistant.errors import ConnectorError, RolandError
from assistant.model import Errand
from assistant.ports import Clock, Outbox

_log = structlog.get_logger(__name__)

Runner = Callable[[Errand], Awaitable[None]]
"""Does what an errand asks. Raises ConnectorError; one that is not ``retryable`` means that no try will succeed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long it is tried.

    ``hold``: how long one try may take, before another worker may try as well. ``first_pause`` doubles up to
    ``longest_pause``, each a little shorter by chance, so that not all come back at once.
    """

    most_tries: int = 30
    hold: timedelta = timedelta(minutes=5)
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(hours=3)

    def pause_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        whole = min(self.first_pause * (1 << (tries - 1)), self.longest_pause)
        return whole * random.uniform(0.8, 1)  # noqa: S311 - chance, not secrecy


class Courier:
    """Takes what is due and has it done; any number of workers may run one."""

    def __init__(
        self, outbox: Outbox, runners: Mapping[str, Runner], clock: Clock, patience: Patience | None = None
    ) -> None:
        """``runners`` by the kind of errand; other kinds are left alone."""
        self._outbox = outbox
        self._runners = runners
        self._clock = clock
        self._patience = patience or Patience()

    def running(self, every: timedelta = timedelta(seconds=5)) -> AbstractAsyncContextManager[None]:
        """While the server runs."""
        return repeated(self.look, every)

    async def look(self) -> int:
        """Run what is due now; how many errands were tried. A database that is gone for a while is no reason to end."""
        tried = 0
        try:
            while taken := await self._outbox.take(list(self._runners), self._clock.now(), self._patience.hold, most=1):
                await self._run(taken[0])
                tried += 1
            await self._outbox.forget(self._clock.now())
        except RolandError as error:
            _log.error("outbox not looked after", code=error.code)
        return tried

    async def _run(self, errand: Errand) -> None:
        try:
            async with asyncio.timeout(self._patience.hold.total_seconds() * 0.8):
                await self._runners[errand.kind](errand)
        except ConnectorError as error:
            await self._failed(errand, str(error), may_succeed=error.retryable)
        except TimeoutError:
            await self._failed(errand, "took too long", may_succeed=True)
        except Exception as error:  # noqa: BLE001 - one broken errand must not keep the others from being run
            await self._failed(errand, type(error).__name__, may_succeed=True)
        else:
            await self._outbox.done(errand.id, self._clock.now())
            _log.info("errand done", kind=errand.kind, tries=errand.tries)

    async def _failed(self, errand: Errand, error: str, *, may_succeed: bool) -> None:
        now = self._clock.now()
        if may_succeed and errand.tries < self._patience.most_tries:
            await self._outbox.failed(errand.id, error, now + self._patience.pause_after(errand.tries))
            _log.warning("errand failed", kind=errand.kind, tries=errand.tries)
        else:
            await self._outbox.give_up(errand.id, error, now)
            _log.error("errand given up", kind=errand.kind, tries=errand.tries)
