"""Changing the rate of samples of a stream, piece by piece, without a seam between the pieces."""

import numpy as np
import numpy.typing as npt
from scipy.signal import firwin, lfilter

from assistant.model import SAMPLE_RATE

RATES = (8_000, 16_000, 24_000, 32_000, 48_000)
"""Samples a second that streams may have: multiples of the telephone's."""
_TAPS_A_STEP = 32
_PASSED_HZ = 3_700


class RateChange:
    """One direction of one stream: from ``rate`` down to the telephone's, or from there up to it.

    What it gives lags behind by 2 ms; pieces of any even length of 16-bit PCM go in.
    """

    def __init__(self, rate: int, *, up: bool) -> None:
        """Raises ValueError for a rate that is not among RATES."""
        if rate not in RATES:
            raise ValueError(f"no stream has {rate} samples a second here")
        self._steps = rate // SAMPLE_RATE
        self._up = up
        self._phase = 0
        taps = firwin(_TAPS_A_STEP * self._steps + 1, _PASSED_HZ, fs=rate)
        self._taps = taps * self._steps if up else taps
        self._state = np.zeros(len(self._taps) - 1)

    def change(self, pcm: bytes) -> bytes:
        """The same sound at the other rate."""
        if self._steps == 1:
            return pcm
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        changed = self._raise(samples) if self._up else self._lower(samples)
        return bytes(np.clip(np.rint(changed), -32_768, 32_767).astype("<i2").tobytes())

    def _raise(self, samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        spread = np.zeros(len(samples) * self._steps)
        spread[:: self._steps] = samples
        return self._filter(spread)

    def _lower(self, samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        filtered = self._filter(samples)
        taken = filtered[self._phase :: self._steps]
        self._phase = (self._phase - len(samples)) % self._steps
        return taken

    def _filter(self, samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        filtered, self._state = lfilter(self._taps, 1.0, samples, zi=self._state)
        result: npt.NDArray[np.float64] = filtered
        return result
