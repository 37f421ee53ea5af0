"""Clears away what is over: sessions, counted tries, entries of the audit log and walks past their retention date."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import structlog

from assistant.beside import repeated
from assistant.errors import RolandError
from assistant.ports import Clock, Expiring

_log = structlog.get_logger(__name__)


class Upkeep:
    """Sweeps now and then while it runs."""

    def __init__(self, stores: Sequence[Expiring], clock: Clock, every: timedelta = timedelta(hours=1)) -> None:
        self._stores = stores
        self._clock = clock
        self._every = every

    async def sweep(self) -> int:
        """Remove what is due; returns how many rows."""
        now = self._clock.now()
        return sum([await store.delete_expired(now) for store in self._stores])

    def running(self) -> AbstractAsyncContextManager[None]:
        """While the server runs."""
        return repeated(self._look, self._every)

    async def _look(self) -> None:
        try:
            await self.sweep()
        except RolandError as error:
            _log.error("sweep failed", code=error.code)
