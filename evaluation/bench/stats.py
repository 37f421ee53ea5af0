"""What is said about a row of measurements."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Pace:
    """Latencies in milliseconds, nan where nothing succeeded; ``per_second`` counts what succeeded."""

    count: int
    failures: int
    p50_ms: float
    p95_ms: float
    per_second: float

    @classmethod
    def of(cls, samples_ms: Sequence[float], seconds: float, failures: int = 0) -> "Pace":
        """The pace of ``samples_ms``, one for each success, measured within ``seconds`` of wall time."""
        middle, high = np.percentile(samples_ms, (50, 95)) if samples_ms else (np.nan, np.nan)
        return cls(len(samples_ms), failures, float(middle), float(high), len(samples_ms) / seconds)


def growth(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The exponent k of the power law value ~ size^k that fits best: 0 stays the same, 1 grows as fast as the size."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])
