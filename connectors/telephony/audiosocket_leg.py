"""One call over AudioSocket."""

import asyncio
import re
from collections.abc import Callable

from assistant.model import (
    FRAME_BYTES,
    CallDetails,
    CallEnding,
    KeyPressed,
    Sound,
    TransferOutcome,
)
from connectors.telephony.audiosocket_frames import (
    GOODBYE,
    HUNG_UP,
    SOUND_HEADER,
    Frame,
    FrameKind,
    key,
)
from connectors.telephony.framing import Framing
from connectors.telephony.leg import CallLeg
from connectors.telephony.switchboard import Orders, Switchboard

MOST_UNSENT_BYTES = 8_192
"""Half a second of sound; where more waits to be sent, the other side does not read, and what is said is lost to it."""
_FLUSH_S = 2.0
_SILENCE = bytes(FRAME_BYTES)
# Both stand in a command of the dialplan: nothing that separates arguments or targets there.
_ADDRESS = re.compile(r"[A-Za-z0-9+*#@:._-]{1,200}")
_REFERENCE = re.compile(r"[A-Za-z0-9._~-]{0,200}")


class AudioSocketLeg(CallLeg):
    """A connection of Asterisk's application AudioSocket, from the id it begins with to its end.

    Passing a call on ends the connection: the dialplan then asks what to do, and dials. ``transfer`` is DONE as soon as
    it has asked. Where nobody takes the call, it comes back as a new leg with the same id and ``returns_after``. If the
    dialplan does not ask, nothing can be done for the caller any more: TIMED_OUT, and the events end with LOST.
    """

    def __init__(
        self,
        details: CallDetails,
        transport: asyncio.Transport,
        switchboard: Switchboard,
        *,
        lost_after_s: float,
        ask_within_s: float,
        on_leave: Callable[["AudioSocketLeg"], None],
        on_end: Callable[[CallEnding], None],
    ) -> None:
        """``on_leave`` is told once, when nothing more is to be sent, ``on_end`` when the call is over."""
        super().__init__(details)
        self._transport = transport
        self._switchboard = switchboard
        self._lost_after_s = lost_after_s
        self._ask_within_s = ask_within_s
        self._on_leave = on_leave
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._framing = Framing()
        self._heard_at = self._written_at = self._loop.time()
        self._is_full = self._has_left = False

    def send_frame(self) -> None:
        """Send what is next, silence where nothing is; the call is lost when the other side has been still too long."""
        frame = self.playout.next_frame() or _SILENCE
        now = self._loop.time()
        if not self._is_full:
            self._written_at = now
            self._transport.write(SOUND_HEADER + frame)
        if now - min(self._heard_at, self._written_at) > self._lost_after_s:
            self.lost()

    def hear(self, frame: Frame) -> None:
        """Take a frame; raises ValueError for one that Asterisk would not send."""
        self._heard_at = self._loop.time()
        match frame.kind:
            case FrameKind.SOUND:
                for pcm in self._framing.cut(frame.payload):
                    self.inbox.put(Sound(pcm))
            case FrameKind.KEY:
                self.inbox.put(KeyPressed(key(frame)))
            case FrameKind.HANG_UP:
                self.over(CallEnding.CALLER)
            case FrameKind.ERROR:
                self.over(CallEnding.CALLER if frame.payload == HUNG_UP else CallEnding.LOST)
            case FrameKind.ID:
                raise ValueError("a second id")
            case _:
                pass

    def full(self, is_full: bool) -> None:
        """Whether the other side has stopped reading for now."""
        self._is_full = is_full

    def over(self, ending: CallEnding) -> None:
        """The other side has ended the connection, or is to be ended; nothing where Roland left before."""
        if not self._has_left:
            self._leave()
            self.end(ending)

    def lost(self) -> None:
        """Nothing can be expected from the other side any more."""
        self.over(CallEnding.LOST)
        self._transport.abort()

    async def transfer(self, target: str, reference: str) -> TransferOutcome:
        if self._has_left or not _ADDRESS.fullmatch(target) or not _REFERENCE.fullmatch(reference):
            return TransferOutcome.REFUSED
        asked = self._switchboard.leave(self.details, Orders(target, reference))
        self._leave()
        try:
            async with asyncio.timeout(self._ask_within_s):
                await asked.wait()
        except TimeoutError:
            self.end(CallEnding.LOST)
            return TransferOutcome.TIMED_OUT
        self.end(CallEnding.TRANSFERRED)
        return TransferOutcome.DONE

    async def hang_up(self) -> None:
        if not self._has_left:
            self._switchboard.leave(self.details, Orders())
            self._leave()
        self.end(CallEnding.ROLAND)

    def end(self, ending: CallEnding) -> None:
        if not self.has_ended:
            self._on_end(ending)
        super().end(ending)

    def _leave(self) -> None:
        self._has_left = True
        self._on_leave(self)
        if not self._transport.is_closing():
            self._transport.write(GOODBYE)
            self._transport.close()
            # Who does not read would keep the connection open for ever.
            self._loop.call_later(_FLUSH_S, self._transport.abort)
