"""Brings the packets of a stream back into their order, and tells where something is missing.

Nothing is held back that is in order: whoever listens is a program, not an ear. Only behind a gap the following packets
wait a little for the missing one. Time is never squeezed: what is lost becomes as much silence.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.telephony.sip.metrics import SipCounts
from connectors.telephony.sip.rtp import Packet

_LEAST_WAIT_S, _MOST_WAIT_S = 0.04, 0.2
_EASED_S = 0.0001
_MOST_HELD = 16
_MOST_JUMP = 100
_LONGEST_GAP = 8_000
_HALF = 0x8000


@dataclass(frozen=True, slots=True)
class Gap:
    """So many samples are missing here."""

    samples: int


class JitterBuffer:
    """One stream's order. Packets without sound (keys, comfort noise) take part in it, their payload being empty."""

    def __init__(self, counts: SipCounts) -> None:
        self._counts = counts
        self._source: int | None = None
        self._next = 0
        self._next_timestamp: int | None = None
        self._given_up: deque[int] = deque(maxlen=_MOST_JUMP)
        self._held: dict[int, tuple[Packet, float]] = {}
        self._strange: int | None = None
        self._wait_s = _LEAST_WAIT_S

    def put(self, packet: Packet, now: float) -> Iterator[bytes | Gap]:
        """Take a packet that arrived at ``now`` (seconds); what can be heard after it, in order."""
        if packet.source != self._source:
            yield from self._begin(packet)
        ahead = _distance(self._next, packet.sequence)
        if abs(ahead) > _MOST_JUMP:
            if packet.sequence != self._strange:
                # One odd packet is an error on the way; two in a row are a sender who has begun anew.
                self._strange = (packet.sequence + 1) & 0xFFFF
                return
            yield from self._begin(packet)
            ahead = 0
        self._strange = None
        if ahead < 0 or packet.sequence in self._held:
            self._too_late(packet.sequence)
        elif ahead:
            self._held[packet.sequence] = (packet, now)
        else:
            self._wait_s = max(self._wait_s - _EASED_S, _LEAST_WAIT_S)
            yield from self._release(packet)
            yield from self._follow()
        yield from self.due(now)

    def due(self, now: float) -> Iterator[bytes | Gap]:
        """What need not wait any longer, at ``now``, for a packet that is missing."""
        while self._held and (len(self._held) > _MOST_HELD or self._waited(now) >= self._wait_s):
            first = min(self._held, key=lambda sequence: _distance(self._next, sequence))
            missing = _distance(self._next, first)
            self._counts.frames_lost += missing
            self._given_up.extend((self._next + index) & 0xFFFF for index in range(missing))
            self._next = first
            yield from self._follow()

    def _begin(self, packet: Packet) -> Iterator[bytes | Gap]:
        """Another stream begins; what was held of the last one is let go first."""
        for sequence in sorted(self._held, key=lambda held: _distance(self._next, held)):
            yield from self._release(self._held.pop(sequence)[0])
        self._given_up.clear()
        self._source, self._next, self._next_timestamp = packet.source, packet.sequence, None

    def _release(self, packet: Packet) -> Iterator[bytes | Gap]:
        self._next = (packet.sequence + 1) & 0xFFFF
        if not packet.payload:
            return
        if self._next_timestamp is not None:
            missing = (packet.timestamp - self._next_timestamp) & 0xFFFFFFFF
            if 0 < missing <= _LONGEST_GAP:
                yield Gap(missing)
        self._next_timestamp = (packet.timestamp + len(packet.payload)) & 0xFFFFFFFF
        yield packet.payload

    def _follow(self) -> Iterator[bytes | Gap]:
        while held := self._held.pop(self._next, None):
            yield from self._release(held[0])

    def _waited(self, now: float) -> float:
        return now - min(arrived for _, arrived in self._held.values())

    def _too_late(self, sequence: int) -> None:
        if sequence not in self._given_up:
            self._counts.frames_repeated += 1
            return
        self._given_up.remove(sequence)
        self._counts.frames_late += 1
        # The way is slower than we waited for: wait longer for the next ones.
        self._wait_s = min(self._wait_s * 1.5, _MOST_WAIT_S)


def _distance(start: int, end: int) -> int:
    """How far one sequence number is ahead of another, round the corner."""
    return ((end - start + _HALF) & 0xFFFF) - _HALF
