"""One pace for all calls."""

from connectors.telephony.sip.metrics import SipCounts
from connectors.telephony.sip.ticker import Ticker


class Clock:
    """Time that is told to pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Stream:
    """Counts its ticks."""

    def __init__(self) -> None:
        self.ticks: list[float] = []
        self.skipped = 0

    def tick(self, now: float) -> None:
        self.ticks.append(now)

    def skip(self, frames: int) -> None:
        self.skipped += frames


def run(ticker: Ticker, clock: Clock, until: float, late: float = 0.0) -> None:
    """Let it tick, each time so much later than it asked."""
    while clock.now < until:
        clock.now += max(ticker.turn(clock) + late, 1e-6)


def test_the_pace_does_not_drift() -> None:
    """However late each turn comes, after ten seconds there were as many frames as ten seconds have."""
    clock, stream, counts = Clock(), Stream(), SipCounts()
    run(Ticker(lambda: [stream], counts, 0.0), clock, 10.0, late=0.003)
    assert abs(len(stream.ticks) - 500) <= 1
    assert counts.stalls == stream.skipped == 0
    assert 2.9 <= counts.snapshot(1).late_ms_p50 <= 3.1


def test_a_short_delay_is_caught_up() -> None:
    """The frames that were missed follow at once."""
    clock, stream = Clock(), Stream()
    ticker = Ticker(lambda: [stream], SipCounts(), 0.0)
    run(ticker, clock, 1.0)
    before = len(stream.ticks)
    clock.now += 0.08
    run(ticker, clock, clock.now + 0.001)
    assert len(stream.ticks) - before >= 4
    assert stream.skipped == 0


def test_a_stall_is_not_followed_by_a_burst() -> None:
    """What was missed in more than a tenth of a second is left out, and the streams know how much time that was."""
    clock, stream, counts = Clock(), Stream(), SipCounts()
    ticker = Ticker(lambda: [stream], counts, 0.0)
    run(ticker, clock, 1.0)
    before = len(stream.ticks)
    clock.now += 0.5
    run(ticker, clock, clock.now + 0.019)
    assert len(stream.ticks) - before <= 2
    assert counts.stalls == 1
    run(ticker, clock, 3.0)
    assert abs(len(stream.ticks) + stream.skipped - 150) <= 1
