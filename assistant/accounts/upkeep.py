"""Clears away what is over: sessions, counted tries, and entries of the audit log past their retention date."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Self

import structlog

from assistant.errors import RolandError
from assistant.ports import AuditStore, Clock, GuessStore, SessionStore

_log = structlog.get_logger(__name__)


class Upkeep:
    """Sweeps now and then while it is entered."""

    def __init__(
        self,
        sessions: SessionStore,
        guesses: GuessStore,
        audit: AuditStore,
        clock: Clock,
        every: timedelta = timedelta(hours=1),
    ) -> None:
        self._stores = (sessions, guesses, audit)
        self._clock = clock
        self._every = every
        self._task: asyncio.Task[None] | None = None

    async def sweep(self) -> int:
        """Remove what is due; returns how many rows."""
        now = self._clock.now()
        return sum([await store.delete_expired(now) for store in self._stores])

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._sweep_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except RolandError as error:
                _log.error("sweep failed", code=error.code)
            await asyncio.sleep(self._every.total_seconds())
