"""One pace for all calls: a frame every 20 ms, by the clock and not by the last frame."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from assistant.model import FRAME_MS
from connectors.telephony.sip.metrics import SipCounts

FRAME_S = FRAME_MS / 1_000
_STALL_S = 0.1


class Ticking(Protocol):
    """Something that has to do something every 20 ms."""

    def tick(self, now: float) -> None:
        """20 ms have passed."""

    def skip(self, frames: int) -> None:
        """So many ticks will never come."""


class Ticker:
    """Ticks for everything that is there at the moment.

    After a short delay the missed ticks follow at once, so that the other side's buffer does not run dry; after more
    than a tenth of a second they are left out: a burst would be heard as one.
    """

    def __init__(self, everything: Callable[[], Iterable[Ticking]], counts: SipCounts, now: float) -> None:
        self._everything, self._counts, self._due = everything, counts, now

    def turn(self, now: Callable[[], float]) -> float:
        """Tick once; how many seconds to wait for the next time."""
        behind = now() - self._due
        if behind > _STALL_S:
            missed = int(behind / FRAME_S)
            self._counts.stalls += 1
            self._due += missed * FRAME_S
            for each in self._everything():
                each.skip(missed)
        for each in self._everything():
            each.tick(now())
        self._counts.lateness_s.append(now() - self._due)
        self._due += FRAME_S
        return max(0.0, self._due - now())

    async def run(self) -> None:
        """Tick until cancelled."""
        now = asyncio.get_running_loop().time
        while True:
            wait_s = self.turn(now)
            await asyncio.sleep(wait_s)
