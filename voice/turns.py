"""Whose turn it is: when the caller begins to speak, interrupts Roland, and has finished.

Pure logic, one call for each frame of 20 ms: the frame, how probable it is that it is speech (``VoiceActivity``), and
how loud Roland is being heard at that moment (``Playback``). Nothing here knows a clock, a leg or a recogniser.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from math import log10

import numpy as np

from assistant.model import FRAME_BYTES, FRAME_MS

SILENCE_DB = -96.0
"""The level of digital silence."""
_FULL_SCALE = 32_768.0
_NOISE_STEP = 0.1


class Pace(StrEnum):
    """How the caller is expected to speak at this step."""

    TALK = "talk"
    DICTATION = "dictation"
    """Digits, names, dates: with pauses to look things up."""


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """Times in milliseconds, levels in dB below full scale, probabilities from 0 to 1."""

    speech: float = 0.5
    """From this probability on, sound is speech where Roland is silent..."""
    speech_over_playback: float = 0.8
    """... and where he is not."""
    silence: float = 0.35
    """Below this probability, a caller who spoke is silent."""
    onset_ms: int = 60
    """How much speech makes a turn where Roland is silent..."""
    interruption_ms: int = 20
    """... and where he is not: by then, speech has already taken some 100 ms to be told from a cough."""
    faintest_db: float = -50.0
    """What is fainter than this is not meant for Roland."""
    echo_loss_db: float = 14.0
    """How much fainter than Roland an echo of him is at least; an interruption must be louder than that."""
    echo_ms: int = 500
    """How long after Roland his echo may still come."""
    pause_ms: int = 300
    """The silence that ends a turn at the pace of talking..."""
    dictation_pause_ms: int = 900
    """... and at that of dictating."""
    fade_db: float = 30.0
    """What is so much fainter than the loudest of the turn is silence, whatever it sounds like..."""
    noise_db: float = 3.0
    """... and so is what is not so much louder than the noise before it."""
    longest_ms: int = 15_000
    """After so much the turn is ended, whoever still speaks."""
    pre_roll_ms: int = 500
    """How much of what came before speech was noticed belongs to it."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller speaks; ``interrupts`` where Roland was speaking.

    ``sound`` is all of it so far, with this frame and with what came just before it was noticed.
    """

    sound: bytes
    interrupts: bool


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The caller has finished; ``speech_ms`` until the last sound of it, ``is_cut`` where it was too long."""

    speech_ms: int
    is_cut: bool = False


class Playback:
    """How loud Roland is being heard: remembers the level of what is to be played, frame by frame."""

    def __init__(self, options: TurnOptions | None = None) -> None:
        heard = (options or TurnOptions()).echo_ms // FRAME_MS
        self._ahead: deque[float] = deque()
        self._heard: deque[float] = deque([SILENCE_DB] * heard, maxlen=heard)

    def play(self, pcm: bytes) -> None:
        """Add what was given to ``MediaLeg.play``."""
        self._ahead.extend(_levels(pcm))

    def clear(self) -> None:
        """Forget what has not been sent, as ``MediaLeg.clear`` does."""
        self._ahead.clear()

    def now(self, queued_ms: int) -> float | None:
        """The loudest that may come back as an echo in this frame; None where nothing may. Once for each frame heard.

        ``queued_ms`` is what the leg has still to send.
        """
        sent = len(self._ahead) - queued_ms // FRAME_MS
        if sent <= 0:
            self._heard.append(SILENCE_DB)
        for _ in range(sent):
            self._heard.append(self._ahead.popleft())
        loudest = max(self._heard)
        return loudest if loudest > SILENCE_DB else None


class SpeechGate:
    """Finds the turns of one caller in their sound."""

    def __init__(self, options: TurnOptions | None = None) -> None:
        self.pace = Pace.TALK
        self._options = options or TurnOptions()
        self._before: deque[bytes] = deque(maxlen=max(1, self._options.pre_roll_ms // FRAME_MS))
        self._is_speaking = False
        self._candidate_ms = 0
        self._turn_ms = 0
        self._silent_ms = 0
        self._loudest_db = SILENCE_DB
        self._noise_db = SILENCE_DB

    @property
    def is_speaking(self) -> bool:
        """Whether a turn has started and not ended; every frame of it belongs to the recogniser."""
        return self._is_speaking

    def reset(self) -> None:
        """Forget all that was heard, and be open for the next turn."""
        self._before.clear()
        self._is_speaking = False
        self._candidate_ms = 0

    def hear(
        self, pcm: bytes, probability: float, playing_db: float | None = None
    ) -> SpeechStarted | SpeechEnded | None:
        """What one more frame changes. ``playing_db`` is what ``Playback.now`` says."""
        level = level_db(pcm)
        if self._is_speaking:
            return self._go_on(level, probability, playing_db)
        self._before.append(pcm)
        if probability < self._options.silence:
            self._noise_db += _NOISE_STEP * (level - self._noise_db)
        return self._wait(level, probability, playing_db)

    def _wait(self, level: float, probability: float, playing_db: float | None) -> SpeechStarted | None:
        wanted = self._options
        threshold, needed = wanted.speech, wanted.onset_ms
        if playing_db is not None:
            threshold, needed = wanted.speech_over_playback, wanted.interruption_ms
        if probability >= threshold and level >= self._faintest(playing_db):
            self._candidate_ms += FRAME_MS
        else:
            self._candidate_ms = max(0, self._candidate_ms - FRAME_MS)
        if self._candidate_ms < needed:
            return None
        sound = b"".join(self._before)
        self._before.clear()
        self._is_speaking, self._candidate_ms = True, 0
        self._turn_ms, self._silent_ms, self._loudest_db = needed, 0, level
        return SpeechStarted(sound, interrupts=playing_db is not None)

    def _faintest(self, playing_db: float | None) -> float:
        """What is fainter is no speech of the caller: nothing, or an echo."""
        wanted = self._options
        return wanted.faintest_db if playing_db is None else max(wanted.faintest_db, playing_db - wanted.echo_loss_db)

    def _go_on(self, level: float, probability: float, playing_db: float | None) -> SpeechEnded | None:
        wanted = self._options
        self._turn_ms += FRAME_MS
        self._loudest_db = max(self._loudest_db, level)
        faintest = max(self._loudest_db - wanted.fade_db, self._noise_db + wanted.noise_db, self._faintest(playing_db))
        is_silent = probability < wanted.silence or level < faintest
        self._silent_ms = self._silent_ms + FRAME_MS if is_silent else 0
        pause_ms = wanted.dictation_pause_ms if self.pace is Pace.DICTATION else wanted.pause_ms
        is_over = self._silent_ms >= pause_ms
        if not is_over and self._turn_ms < wanted.longest_ms:
            return None
        self._is_speaking = False
        return SpeechEnded(self._turn_ms - self._silent_ms, is_cut=not is_over)


def level_db(pcm: bytes) -> float:
    """The level of PCM in dB below full scale."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return _decibel(float(samples @ samples) / max(1, len(samples)))


def _levels(pcm: bytes) -> list[float]:
    padded = pcm + bytes(-len(pcm) % FRAME_BYTES)
    frames = np.frombuffer(padded, "<i2").astype(np.float32).reshape(-1, FRAME_BYTES // 2)
    return [_decibel(power) for power in (frames**2).mean(axis=1).tolist()]


def _decibel(power: float) -> float:
    return max(SILENCE_DB, 10 * log10(power / _FULL_SCALE**2)) if power > 0 else SILENCE_DB
