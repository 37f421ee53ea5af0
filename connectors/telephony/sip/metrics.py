"""What the endpoint counts."""

from collections import deque
from dataclasses import dataclass, field

_KEPT = 6_000


@dataclass(frozen=True, slots=True)
class SipMetrics:
    """Since the start; the lateness of sent frames (milliseconds) is that of the last two minutes."""

    calls: int
    """Going on now."""
    answered: int
    refused: int
    strangers: int
    """Packets from addresses that nobody has allowed."""
    malformed: int
    flooded: int
    """Requests from somebody who sends more than any exchange would."""
    faults: int
    """Packets on which this program failed: each is an error to be mended."""
    frames_lost: int
    frames_late: int
    frames_unheard: int
    """Arrived, but the reader of the call did not keep up."""
    unsent: int
    stalls: int
    """Times in which nothing was sent for more than a tenth of a second."""
    late_ms_p50: float
    late_ms_p99: float


@dataclass(slots=True)
class SipCounts:
    """The same while it is counted."""

    answered: int = 0
    refused: int = 0
    strangers: int = 0
    malformed: int = 0
    flooded: int = 0
    faults: int = 0
    frames_lost: int = 0
    frames_late: int = 0
    frames_repeated: int = 0
    frames_unheard: int = 0
    unsent: int = 0
    stalls: int = 0
    lateness_s: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def snapshot(self, calls: int) -> SipMetrics:
        """What is counted so far."""
        late = sorted(self.lateness_s)
        return SipMetrics(
            calls=calls,
            answered=self.answered,
            refused=self.refused,
            strangers=self.strangers,
            malformed=self.malformed,
            flooded=self.flooded,
            faults=self.faults,
            frames_lost=self.frames_lost,
            frames_late=self.frames_late,
            frames_unheard=self.frames_unheard,
            unsent=self.unsent,
            stalls=self.stalls,
            late_ms_p50=_percentile_ms(late, 0.5),
            late_ms_p99=_percentile_ms(late, 0.99),
        )


def _percentile_ms(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))] * 1_000 if ordered else 0.0
