"""Cutting sound that comes in pieces of any size into frames of 20 ms."""

from assistant.model import FRAME_BYTES


class Framing:
    """Keeps what is less than a frame for the next piece."""

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, pcm: bytes) -> list[bytes]:
        """All whole frames (FRAME_BYTES of PCM) there are now."""
        if len(pcm) == FRAME_BYTES and not self._rest:
            return [pcm]
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        self._rest = pcm[whole:]
        return [pcm[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
