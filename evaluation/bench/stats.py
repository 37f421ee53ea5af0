"""What is said about a row of measurements."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Pace:
    """Latencies in milliseconds of ``count`` successes; ``per_second`` counts successes as well."""

    count: int
    failures: int
    p50_ms: float
    p95_ms: float
    per_second: float

    @classmethod
    def of(cls, samples_ms: Sequence[float], seconds: float, failures: int = 0) -> "Pace":
        """The pace of ``samples_ms``, at least one, measured within ``seconds`` of wall time."""
        if not samples_ms:
            raise ValueError(f"nothing succeeded, {failures} failed")
        middle, high = np.percentile(samples_ms, (50, 95))
        return cls(len(samples_ms), failures, float(middle), float(high), len(samples_ms) / seconds)


def growth(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The exponent k of the power law value ~ size^k that fits best: 0 stays the same, 1 grows as fast as the size."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])
