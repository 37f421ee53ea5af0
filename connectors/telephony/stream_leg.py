"""One call over a stream of messages."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from assistant.model import CallDetails, CallEnding, KeyPressed, Sound, TransferOutcome
from assistant.ports.telephony import Speaker
from connectors.telephony.crossing import Crossing
from connectors.telephony.framing import Framing
from connectors.telephony.leg import CallLeg
from connectors.telephony.stream_messages import (
    Begun,
    Dialect,
    Heard,
    Message,
    Pressed,
    Reached,
    Refused,
    Stopped,
)

_MARK_WITHIN_S = 2.0
"""How long the other side may take to play what it has got."""


class StreamLeg(CallLeg):
    """A call whose messages go into ``outgoing``, from where the web server sends them.

    ``transfer`` is DONE when the other side ends the stream after it was told to pass the call on.
    """

    def __init__(
        self,
        details: CallDetails,
        dialect: Dialect,
        outgoing: Crossing[Message],
        *,
        lost_after_s: float,
        transfer_within_s: float,
        on_end: Callable[["StreamLeg", CallEnding], None],
    ) -> None:
        super().__init__(details)
        self._dialect = dialect
        self._outgoing = outgoing
        self._lost_after_s = lost_after_s
        self._transfer_within_s = transfer_within_s
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._framing = Framing()
        self._heard_at = self._loop.time()
        self._marks: dict[str, asyncio.Event] = {}
        self._names = count(1)
        self._passing: asyncio.Future[TransferOutcome] | None = None

    def send_frame(self) -> None:
        """Send what is next; the call is lost when the other side has been still for too long."""
        if (frame := self.playout.next_frame()) is not None:
            self._say(self._dialect.sound(frame))
        if self._loop.time() - self._heard_at > self._lost_after_s:
            self.end(CallEnding.LOST)

    def hear(self, message: Message) -> None:
        """Take a message; raises ValueError for one that nobody would send."""
        self._heard_at = self._loop.time()
        match self._dialect.read(message):
            case Heard(pcm):
                for frame in self._framing.cut(pcm):
                    self.inbox.put(Sound(frame))
            case Pressed(key):
                self.inbox.put(KeyPressed(key))
            case Reached(mark) if mark in self._marks:
                self._marks[mark].set()
            case Refused():
                self._passed_on(TransferOutcome.REFUSED)
            case Stopped():
                self.gone(CallEnding.CALLER)
            case Begun():
                raise ValueError("a second beginning")
            case _:
                pass

    def gone(self, ending: CallEnding) -> None:
        """The other side has ended the stream."""
        self.end(CallEnding.TRANSFERRED if self._passed_on(TransferOutcome.DONE) else ending)

    def clear(self) -> int:
        forgotten = super().clear()
        self._say(self._dialect.clear())
        return forgotten

    async def played(self) -> None:
        await super().played()
        name = f"played-{next(self._names)}"
        mark = self._dialect.mark(name)
        if mark is None or self.has_ended:
            return
        self._marks[name] = reached = asyncio.Event()
        self._say(mark)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_MARK_WITHIN_S):
                    await reached.wait()
        finally:
            del self._marks[name]

    def show(self, speaker: Speaker, text: str) -> None:
        """Send what was heard or is being said as text."""
        self._say(self._dialect.text(speaker, text))

    async def transfer(self, target: str, reference: str) -> TransferOutcome:
        order = self._dialect.transfer(target, reference)
        if order is None:
            return TransferOutcome.UNSUPPORTED
        if self.has_ended or self._passing is not None:
            return TransferOutcome.REFUSED
        self._passing = self._loop.create_future()
        self._say(order)
        try:
            async with asyncio.timeout(self._transfer_within_s):
                return await self._passing
        except TimeoutError:
            return TransferOutcome.TIMED_OUT
        finally:
            self._passing = None

    async def hang_up(self) -> None:
        if not self.has_ended:
            self._say(self._dialect.goodbye())
        self.end(CallEnding.ROLAND)

    def end(self, ending: CallEnding) -> None:
        if self.has_ended:
            return
        super().end(ending)
        self._passed_on(TransferOutcome.REFUSED)
        for reached in self._marks.values():
            reached.set()
        self._outgoing.close()
        self._on_end(self, ending)

    def _passed_on(self, outcome: TransferOutcome) -> bool:
        if self._passing is None or self._passing.done():
            return False
        self._passing.set_result(outcome)
        return True

    def _say(self, message: Message | None) -> None:
        if message is not None and not self.has_ended and not self._outgoing.put(message):
            # So much is waiting that the other side cannot be reading any more.
            self.end(CallEnding.LOST)
