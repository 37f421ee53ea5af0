"""RTP packets (RFC 3550)."""

import secrets
import struct
from typing import NamedTuple

HEADER = struct.Struct(">BBHII")
_VERSION = 0x80
_PADDING, _EXTENSION, _CSRCS = 0x20, 0x10, 0x0F
_MARKER, _PAYLOAD = 0x80, 0x7F
# Reports share the port with the sound on some sides (RFC 5761, 4): told by what would be payload types 64-95.
_REPORTS = range(192, 224)


class Packet(NamedTuple):
    """One packet; ``timestamp`` counts samples, from anywhere."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes
    marker: bool = False


def parse(datagram: bytes) -> Packet | None:
    """None for what is no RTP: other protocols on the same port, reports, broken packets."""
    if len(datagram) < HEADER.size:
        return None
    first, second, sequence, timestamp, source = HEADER.unpack_from(datagram)
    if first & 0xC0 != _VERSION or second in _REPORTS:
        return None
    start, end = HEADER.size + 4 * (first & _CSRCS), len(datagram)
    if first & _EXTENSION:
        if end < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    if first & _PADDING:
        if not datagram[-1]:
            return None
        end -= datagram[-1]
    if end < start:
        return None
    is_marked = bool(second & _MARKER)
    return Packet(second & _PAYLOAD, sequence, timestamp, source, datagram[start:end], is_marked)


class Sender:
    """Numbers the packets of one stream; every number begins at random, as the standard wants it."""

    def __init__(self) -> None:
        self._source = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._is_pausing = True

    def skip(self, samples: int) -> None:
        """Time has passed in which nothing was sent; the next sound begins a new stretch."""
        self._timestamp = (self._timestamp + samples) & 0xFFFFFFFF
        self._is_pausing = True

    def packet(self, payload_type: int, payload: bytes, *, is_silence: bool) -> bytes:
        """The next packet; the marker stands where sound begins after silence. One byte of payload is one sample."""
        marker = _MARKER if self._is_pausing and not is_silence else 0
        header = HEADER.pack(_VERSION, payload_type | marker, self._sequence, self._timestamp, self._source)
        self._is_pausing = is_silence
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + len(payload)) & 0xFFFFFFFF
        return header + payload
