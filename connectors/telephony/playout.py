"""What is still to be sent to a caller, cut into frames."""

import asyncio

from assistant.model import FRAME_BYTES, FRAME_MS, SAMPLE_RATE

_MOST_BYTES = SAMPLE_RATE * 2 * 600
_BYTES_A_MS = FRAME_BYTES // FRAME_MS


class Playout:
    """Sound in the order it was added; belongs to one event loop."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def queued_ms(self) -> int:
        """How much has not been taken yet."""
        return len(self._pcm) // _BYTES_A_MS

    def add(self, pcm: bytes) -> None:
        """Put 8 kHz PCM of any even length behind what is there; forgotten after ``close``.

        Raises ValueError for half a sample, and for more than ten minutes: somebody has lost count then.
        """
        if len(pcm) % 2:
            raise ValueError("half a sample")
        if self._closed or not pcm:
            return
        if len(self._pcm) + len(pcm) > _MOST_BYTES:
            raise ValueError("more sound than anybody listens to")
        self._pcm += pcm
        self._empty.clear()

    def next_frame(self) -> bytes | None:
        """FRAME_BYTES of PCM, the last ones filled up with silence; None where nothing is queued."""
        if not self._pcm:
            # Only now: the frame handed out before has had its 20 ms.
            self._empty.set()
            return None
        frame = bytes(self._pcm[:FRAME_BYTES])
        del self._pcm[:FRAME_BYTES]
        return frame if len(frame) == FRAME_BYTES else frame.ljust(FRAME_BYTES, b"\0")

    def clear(self) -> int:
        """Forget what is queued; how many milliseconds that was."""
        forgotten = self.queued_ms
        self._pcm.clear()
        self._empty.set()
        return forgotten

    def close(self) -> None:
        """Forget what is queued and whatever comes: nobody listens any more."""
        self._closed = True
        self.clear()

    async def emptied(self) -> None:
        """Return when the last frame has had its time, or nothing is to be sent any more."""
        await self._empty.wait()
