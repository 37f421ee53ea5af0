"""Whether somebody speaks, by Silero's small network (its model is in the package)."""

import numpy as np

from voice.silero import WINDOW, Memory, SileroNetwork

_FULL_SCALE = np.float32(32_768)


class SileroActivity:
    """Implements ``assistant.ports.VoiceActivity`` for one call, with the network of all calls of a thread."""

    def __init__(self, network: SileroNetwork) -> None:
        self._network = network
        self._memory = Memory()
        self._window = np.zeros(WINDOW, np.float32)
        self._filled = 0
        self._probability = 0.0

    def hear(self, pcm: bytes) -> float:
        samples = np.frombuffer(pcm, "<i2") / _FULL_SCALE
        while len(samples):
            taken = samples[: WINDOW - self._filled]
            self._window[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            samples = samples[len(taken) :]
            if self._filled == WINDOW:
                self._probability = self._network.speech(self._window, self._memory)
                self._filled = 0
        return self._probability

    def reset(self) -> None:
        self._memory = Memory()
        self._filled = 0
        self._probability = 0.0
