"""The pace of sound: everybody who sends is asked for a frame every 20 ms, by one timer for all."""

import asyncio
from collections.abc import Callable

import structlog

from assistant.model import FRAME_MS

_STEP_S = FRAME_MS / 1000
_TOO_LATE_S = 0.1
"""After a longer stop nothing is made up for: a burst would only fill the buffers of the other side."""

_log = structlog.get_logger(__name__)

Tick = Callable[[], None]


class Pace:
    """Calls its members at times that do not drift; at rest while there are none. Belongs to the running event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._members: dict[Tick, None] = {}
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def join(self, member: Tick) -> None:
        """Call it from now on; it may leave whenever it likes."""
        self._members[member] = None
        if self._timer is None:
            self._due = self._loop.time() + _STEP_S
            self._timer = self._loop.call_at(self._due, self._step)

    def leave(self, member: Tick) -> None:
        """Call it no more; harmless for one who is not there."""
        self._members.pop(member, None)

    def stop(self) -> None:
        """Call nobody any more."""
        self._members.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _step(self) -> None:
        for member in tuple(self._members):
            try:
                member()
            except Exception as error:  # noqa: BLE001 - one call's fault must not silence the others
                self.leave(member)
                _log.error("a call has lost its pace", error=type(error).__name__, exc_info=error)
        if not self._members:
            self._timer = None
            return
        now = self._loop.time()
        self._due = now if now - self._due > _TOO_LATE_S else self._due
        self._due += _STEP_S
        self._timer = self._loop.call_at(self._due, self._step)
