"""The calls of a way in that are being answered, one task each."""

import asyncio

import structlog

from assistant.ports.telephony import Answering, MediaLeg

_GRACE_S = 2.0
"""How long whoever answers may go on after the call was ended from here."""

_log = structlog.get_logger(__name__)


class Answered:
    """Runs what answers; a call that nobody answers any more is hung up. Belongs to one event loop."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._calls: dict[asyncio.Task[None], MediaLeg] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def answer(self, leg: MediaLeg) -> asyncio.Task[None]:
        """Answer a call; the task ends with the call and does not fail."""
        task = asyncio.create_task(self._answer(leg), name=f"call {leg.details.id}")
        self._calls[task] = leg
        task.add_done_callback(lambda done: self._calls.pop(done, None))
        return task

    async def end(self) -> None:
        """Hang up all calls, and wait for whoever answers them; who does not notice is stopped."""
        for leg in tuple(self._calls.values()):
            await leg.hang_up()
        if not self._calls:
            return
        _, late = await asyncio.wait(tuple(self._calls), timeout=_GRACE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _answer(self, leg: MediaLeg) -> None:
        try:
            await self._answering(leg)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is not left in silence
            _log.error("a call broke", call_id=leg.details.id, error=type(error).__name__, exc_info=error)
        finally:
            await leg.hang_up()
