"""Hearing and speaking."""

from collections.abc import Sequence
from typing import Protocol

from assistant.model import Heard, Language, Voice
from assistant.ports.operation import Pingable


class RecognitionStream(Protocol):
    """One utterance on its way from sound to words. All sound is 8 kHz PCM, 16-bit little-endian mono."""

    def feed(self, pcm: bytes) -> None:
        """Add sound; never waits."""
        ...

    @property
    def partial(self) -> str:
        """The words understood so far; may change. Empty where nothing is."""
        ...

    async def finish(self) -> Heard:
        """What was said, after all sound fed; the stream is over then.

        A worker that dies underway is replaced, and hears the same sound again. Raises SpeechUnavailableError where
        there is no result in time.
        """
        ...

    def cancel(self) -> None:
        """Nobody wants the result any more; harmless when it is over."""
        ...


class SpeechRecognizer(Pingable, Protocol):
    """Turns speech into words."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it has a model for."""
        ...

    def open(self, language: Language, vocabulary: Sequence[str] = ()) -> RecognitionStream:
        """A stream for one utterance; ``vocabulary``: phrases that are likely at this step, used where the model can.

        Raises SpeechUnavailableError for a language without a model.
        """
        ...


class SpeechSynthesizer(Pingable, Protocol):
    """Turns sentences into sound."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it has a voice for."""
        ...

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        """One sentence as 8 kHz PCM (16-bit little-endian mono) without silence at its ends.

        Raises SpeechUnavailableError where there is no sound in time, or no voice for the language.
        """
        ...


class VoiceActivity(Protocol):
    """Tells whether somebody speaks; one for each call, since it remembers what came before."""

    def hear(self, pcm: bytes) -> float:
        """The probability (0-1) that the newest sound is speech, after one more frame of 20 ms."""
        ...

    def reset(self) -> None:
        """Forget what came before."""
        ...
