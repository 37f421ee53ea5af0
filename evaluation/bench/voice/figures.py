"""What a round of calls tells in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.bench.voice.turns import Outcome, Stages, Turn, answered

ROLAND, FIXED, VOSK = "Roland", "one fixed sentence", "Vosk's endpoint, one fixed sentence"
NEVER_MS = 10_000.0
"""What a turn counts for that was never answered, and an interruption that never was heeded."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many, and their 50th, 95th and 99th percentiles in milliseconds; nothing measured is nothing, not zero."""

    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None

    @classmethod
    def of(cls, samples_ms: Sequence[float]) -> "Spread":
        """The spread of samples."""
        if not samples_ms:
            return cls(0, None, None, None)
        p50, p95, p99 = (round(float(one), 2) for one in np.percentile(samples_ms, (50, 95, 99)))
        return cls(len(samples_ms), p50, p95, p99)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a round took: cores used on average, the load average of the minute before its end, memory of the line.

    Memory is that of all the line's processes (PSS), at rest before the round and with all calls there.
    """

    load: float
    line_cores: float
    callers_cores: float
    rest_mb: float
    busy_mb: float


@dataclass(frozen=True, slots=True)
class Round:
    """``calls`` at once on one line.

    ``answer`` is from the caller's last sound to the first sound of the answer at the caller's ear; ``recognised`` and
    ``answered`` are the same up to there, by Roland's log. ``stop`` is from the caller's first sound to the last one
    of Roland's that they interrupted. Of ``asked`` turns ``unheard`` were followed by no sound at all; both count.
    """

    subject: str
    calls: int
    asked: int
    unheard: int
    answer: Spread
    recognised: Spread
    answered: Spread
    stop: Spread
    jitter: Spread
    own_lateness: Spread
    refused: int
    cut_off: int
    machine: Machine

    @property
    def mb_a_call(self) -> float:
        """What one more call costs in memory."""
        return (self.machine.busy_mb - self.machine.rest_mb) / self.calls


def round_of(
    subject: str, calls: int, outcome: Outcome, log: Mapping[str, Sequence[Stages]] | None, machine: Machine
) -> Round:
    """The figures of what callers heard; ``log`` is None for a line without a dialogue, where any sound answers."""
    turns = outcome.turns
    told = answered(turns, log) if log is not None else []
    waited = [_waited(turn, stages) for turn, stages in told]
    if log is None:
        waited = [turn.waited_ms for turn in turns if turn.waited_ms is not None]
    unheard = sum(turn.heard_at is None for turn in turns)
    interruptions = [turn for turn in turns if turn.is_interruption]
    stopped = [NEVER_MS if turn.stopped_ms is None else turn.stopped_ms for turn in interruptions]
    return Round(
        subject=subject,
        calls=calls,
        asked=len(turns),
        unheard=unheard,
        answer=Spread.of([*waited, *[NEVER_MS] * unheard]),
        recognised=Spread.of([stages.recognised_ms for _, stages in told]),
        answered=Spread.of([stages.answered_ms for _, stages in told]),
        stop=Spread.of(stopped),
        jitter=Spread.of(outcome.jitter_ms),
        own_lateness=Spread.of(outcome.own_lateness_ms),
        refused=outcome.refused,
        cut_off=outcome.cut_off,
        machine=machine,
    )


def _waited(turn: Turn, stages: Stages) -> float:
    """Until the answer: where something else was heard before it, until Roland's log has it begin."""
    assert turn.heard_at is not None  # noqa: S101 - an answered turn was heard
    return (max(turn.heard_at, stages.at) - turn.ended_at) * 1000
