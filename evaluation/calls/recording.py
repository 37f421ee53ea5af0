"""What a telephone heard: every packet with the time at which it came."""

import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from assistant.model import FRAME_MS, SAMPLE_RATE
from assistant.sound import decode_a_law

FRAME_S = FRAME_MS / 1000
SILENCE = 0xD5
"""The code of no sound in A-law."""

_HEADER = struct.Struct(">BBHII")
_A_LAW = 8
_LOUD = 220
_SIZES = bytes(
    min(255, abs(int(size)) >> 3) for size in np.frombuffer(decode_a_law(bytes(range(256))), "<i2").astype(int)
)


def is_loud(coded: bytes) -> bool:
    """Whether something other than silence or a soft hiss is in A-law sound."""
    return max(coded.translate(_SIZES), default=0) >= _LOUD >> 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech between two pauses: seconds on the loop's clock, and the sound (8 kHz PCM)."""

    began_at: float
    ended_at: float
    pcm: bytes


@dataclass(slots=True)
class Recording:
    """Grows with a call. Times are those of the event loop (``CLOCK_MONOTONIC``, the same in every process).

    A packet counts as heard when it arrives: whoever measures with it leaves out the buffer of a real telephone.
    """

    arrivals: list[float] = field(default_factory=list)
    packets: list[bytes] = field(default_factory=list)
    last_loud_at: float | None = None

    def take(self, packet: bytes, at: float) -> None:
        """Keep a packet that came now."""
        if len(packet) > _HEADER.size and packet[1] & 0x7F == _A_LAW:
            self.arrivals.append(at)
            self.packets.append(packet)
            if is_loud(packet[_HEADER.size :]):
                self.last_loud_at = at

    def pcm(self, since: float = 0.0, until: float = float("inf")) -> bytes:
        """The sound that came between two times, each frame at its place; silence where none came."""
        begin, end = bisect_left(self.arrivals, since), bisect_left(self.arrivals, until)
        return decode_a_law(_in_place(self.packets[begin:end]))

    def onset(self, since: float) -> float | None:
        """When the first speech came after a time."""
        return next((at for at, packet in self._after(since) if is_loud(packet[_HEADER.size :])), None)

    def offset(self, since: float, pause_s: float = 0.2) -> float | None:
        """When the last speech came before the first pause after a time; None where none came, or no pause yet."""
        last = None
        for at, packet in self._after(since):
            if last is not None and at - last >= pause_s:
                return last
            if is_loud(packet[_HEADER.size :]):
                last = at
        return None

    def stretches(self, since: float = 0.0, pause_s: float = 0.8) -> list[Stretch]:
        """What was said after a time, parted where nothing was said for so long."""
        loud = [at for at, packet in self._after(since) if is_loud(packet[_HEADER.size :])]
        if not loud:
            return []
        cuts = [0, *(i for i in range(1, len(loud)) if loud[i] - loud[i - 1] >= pause_s), len(loud)]
        spans = [(loud[begin], loud[end - 1]) for begin, end in pairwise(cuts)]
        return [Stretch(begin, end, self.pcm(begin - FRAME_S, end + FRAME_S)) for begin, end in spans]

    def delays_ms(self) -> npt.NDArray[np.float64]:
        """How late each packet came after the earliest that its place in the stream allows: the jitter, in ms."""
        if not self.packets:
            return np.zeros(0)
        due = np.array(_steps(self.packets)) / SAMPLE_RATE
        late = np.array(self.arrivals) - due
        return np.asarray((late - late.min()) * 1000, dtype=np.float64)

    def _after(self, since: float) -> Iterator[tuple[float, bytes]]:
        begin = bisect_left(self.arrivals, since)
        for index in range(begin, len(self.arrivals)):
            yield self.arrivals[index], self.packets[index]


def _steps(packets: Sequence[bytes]) -> list[int]:
    """How many samples each packet is after the first one."""
    stamps = [int(_HEADER.unpack_from(packet)[3]) for packet in packets]
    return [(stamp - stamps[0] + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000 for stamp in stamps]


def _in_place(packets: Sequence[bytes]) -> bytes:
    if not packets:
        return b""
    steps = _steps(packets)
    first = min(steps)
    ends = (step - first + len(packet) - _HEADER.size for step, packet in zip(steps, packets, strict=True))
    sound = bytearray([SILENCE]) * max(ends)
    for step, packet in zip(steps, packets, strict=True):
        sound[step - first : step - first + len(packet) - _HEADER.size] = packet[_HEADER.size :]
    return bytes(sound)
