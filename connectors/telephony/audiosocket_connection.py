"""One connection to AudioSocket's port, from its first byte to its last."""

import asyncio
import socket
from contextlib import suppress
from typing import Protocol

from assistant.model import CallEnding
from connectors.telephony.audiosocket_frames import Frame, FrameReader, call_id
from connectors.telephony.audiosocket_leg import MOST_UNSENT_BYTES, AudioSocketLeg


class Host(Protocol):
    """What a connection belongs to."""

    @property
    def connect_within_s(self) -> float:
        """How long a connection may take to say what call it is."""
        ...

    def admit(self, connection: "Connection", peer: str) -> bool:
        """Whether the one at that address may connect."""
        ...

    def dismiss(self, connection: "Connection") -> None:
        """The connection is closed."""
        ...

    def begin(self, call_id: str, transport: asyncio.Transport) -> AudioSocketLeg | None:
        """The call of that id, which is being answered from now on; None where there is none."""
        ...

    def malformed(self, reason: str) -> None:
        """The other side does not speak AudioSocket."""
        ...


class Connection(asyncio.Protocol):
    """Puts what comes into the call's leg; whoever breaks the protocol is cut off."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._reader = FrameReader()
        self._leg: AudioSocketLeg | None = None
        self._transport: asyncio.Transport | None = None
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("AudioSocket goes over TCP")
        self._transport = transport
        if not self._host.admit(self, transport.get_extra_info("peername")[0]):
            transport.abort()
            return
        transport.set_write_buffer_limits(high=MOST_UNSENT_BYTES)
        # What waits in the kernel cannot be taken back when somebody interrupts.
        with suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNSENT_BYTES)
        wait_s = self._host.connect_within_s
        self._patience = asyncio.get_running_loop().call_later(wait_s, self._broken, "it has not said what call it is")

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        except ValueError as error:
            self._broken(str(error))

    def pause_writing(self) -> None:
        if self._leg is not None:
            self._leg.full(True)

    def resume_writing(self) -> None:
        if self._leg is not None:
            self._leg.full(False)

    def connection_lost(self, exc: Exception | None) -> None:
        self._host.dismiss(self)
        if self._patience is not None:
            self._patience.cancel()
        if self._leg is not None:
            self._leg.over(CallEnding.CALLER if exc is None else CallEnding.LOST)

    def abort(self) -> None:
        """Close it at once."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, frame: Frame) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._leg is not None:
            self._leg.hear(frame)
            return
        self._leg = self._host.begin(call_id(frame), self._transport)
        if self._patience is not None:
            self._patience.cancel()
        if self._leg is None:
            self._transport.close()

    def _broken(self, reason: str) -> None:
        self._host.malformed(reason)
        if self._leg is not None:
            self._leg.lost()
        self.abort()
