"""AudioSocket on the wire, as Asterisk speaks it: a byte of kind, two of length (big-endian), then the payload."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from assistant.model import FRAME_BYTES

_HEADER = struct.Struct(">BH")
_KEYS = frozenset("0123456789*#ABCD")


class FrameKind(IntEnum):
    """What Roland understands; frames of other kinds are skipped."""

    HANG_UP = 0x00
    ID = 0x01
    KEY = 0x03
    SOUND = 0x10
    """Signed 16-bit samples, 8 kHz mono, little-endian: the only rate that Asterisk's application AudioSocket uses."""
    ERROR = 0xFF


HUNG_UP = b"\x01"
"""The payload of an ERROR by which Asterisk says that the caller has hung up."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; ``kind`` may be one that nobody here knows."""

    kind: int
    payload: bytes = b""

    def encoded(self) -> bytes:
        """The frame as it is sent."""
        return _HEADER.pack(self.kind, len(self.payload)) + self.payload


SOUND_HEADER = _HEADER.pack(FrameKind.SOUND, FRAME_BYTES)
GOODBYE = Frame(FrameKind.HANG_UP).encoded()


class FrameReader:
    """Puts frames together from pieces of any size; never holds more than one unfinished frame (64 KB)."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete now, in order."""
        data = self._rest + data
        frames, at = [], 0
        while len(data) - at >= _HEADER.size:
            kind, length = _HEADER.unpack_from(data, at)
            end = at + _HEADER.size + length
            if end > len(data):
                break
            frames.append(Frame(kind, data[at + _HEADER.size : end]))
            at = end
        self._rest = data[at:]
        return frames


def call_id(frame: Frame) -> str:
    """The id of the call that a connection begins with; raises ValueError for any other frame."""
    if frame.kind != FrameKind.ID or len(frame.payload) != 16:
        raise ValueError("a connection begins with the id of its call")
    return str(UUID(bytes=frame.payload))


def key(frame: Frame) -> str:
    """The key pressed; raises ValueError where there is no such key."""
    pressed = frame.payload.decode("ascii", "replace").upper()
    if pressed not in _KEYS:
        raise ValueError("there is no such key")
    return pressed
