"""What a way in counts, and how the log is told of it: refused calls, strangers, broken packets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

_EVERY_S = 60.0

_log = structlog.get_logger(__name__)

KEPT_OUT = ("full", "strangers", "malformed", "lost")
"""What of the counts is worth telling."""


@dataclass(frozen=True, slots=True)
class TrunkCounts:
    """What has happened since the start."""

    calls: int = 0
    full: int = 0
    """Refused, since too many calls were going on."""
    strangers: int = 0
    """From foreign networks, without the shared word, or with an id that was not given out."""
    malformed: int = 0
    """Did not speak the protocol, or flooded it."""
    lost: int = 0
    """Calls whose connection broke or stood still."""


@asynccontextmanager
async def told(trunk: str, counts: Callable[[], Mapping[str, int]]) -> AsyncIterator[None]:
    """While inside, tell once a minute what was counted in it, where anything was; and the rest at the end."""
    tally = _Tally(trunk, counts)
    telling = asyncio.create_task(tally.run())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait((telling,))
        tally.tell()


class _Tally:
    def __init__(self, trunk: str, counts: Callable[[], Mapping[str, int]]) -> None:
        self._trunk, self._counts = trunk, counts
        self._known = dict(counts())

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            self.tell()

    def tell(self) -> None:
        known, self._known = self._known, dict(self._counts())
        for kind, count in self._known.items():
            if more := count - known.get(kind, 0):
                _log.warning("line count", trunk=self._trunk, kind=kind, count=more)
