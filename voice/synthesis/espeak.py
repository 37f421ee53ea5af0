"""espeak-ng, through pyttsx3, behind Roland's port."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice
from voice.workers import EngineError, Message, WorkerLostError, WorkerOptions, WorkerPool

_ENGINE = "voice.synthesis.engine:EspeakEngine"
_TRIES = 3
"""A sentence over which so many workers were lost is given up."""
_VOICES = MappingProxyType(
    {
        Language.DE: "gmw/de",
        Language.EN: "gmw/en",
        Language.TR: "trk/tr",
        Language.AR: "sem/ar",
        Language.RU: "zle/ru",
        Language.UK: "zle/uk",
        Language.FR: "roa/fr",
        Language.PL: "zlw/pl",
        Language.FA: "ira/fa",
    }
)


@dataclass(frozen=True, slots=True)
class SpeakerOptions:
    """Voices by their names in espeak-ng, the usual speed, how many processes, and how long a sentence may take."""

    voices: Mapping[Language, str] = field(default_factory=lambda: _VOICES)
    words_per_minute: int = 150
    workers: int = 2
    speak_s: float = 5.0
    patience_s: float = 1.5
    """A worker that owes a sentence for so long is killed, and another one speaks it."""
    start_s: float = 30.0
    engine: str = _ENGINE


class EspeakSpeaker:
    """Implements ``assistant.ports.SpeechSynthesizer``; enter it to start its processes, in the line's event loop."""

    name = "espeak"

    def __init__(self, options: SpeakerOptions | None = None) -> None:
        self._options = options or SpeakerOptions()
        self._pool = WorkerPool(
            WorkerOptions(
                name=self.name,
                engine=self._options.engine,
                count=self._options.workers,
                start_s=self._options.start_s,
                patience_s=self._options.patience_s,
            )
        )

    async def __aenter__(self) -> Self:
        await self._pool.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.stop()

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(self._options.voices)

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the processes that speak."""
        return tuple(worker.pid for worker in self._pool.workers)

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        if voice.language not in self._options.voices:
            raise SpeechUnavailableError(f"no voice speaks {voice.language.value}")
        if not any(character.isalnum() for character in sentence):
            return b""
        try:
            async with asyncio.timeout(self._options.speak_s):
                return await self._spoken(self._order(sentence, voice))
        except TimeoutError:
            raise SpeechUnavailableError(f"nothing spoken within {self._options.speak_s:.1f} s") from None
        except EngineError as error:
            raise SpeechUnavailableError(str(error)) from error

    async def ping(self) -> None:
        self._pool.check()

    async def _spoken(self, order: Message) -> bytes:
        for _ in range(_TRIES):
            worker = await self._pool.ready()
            try:
                return (await worker.ask(order)).sound
            except WorkerLostError:
                continue
        raise SpeechUnavailableError(f"{_TRIES} workers were lost over one sentence")

    def _order(self, sentence: str, voice: Voice) -> Message:
        rate = round(self._options.words_per_minute * voice.speed)
        name = self._options.voices[voice.language]
        return Message("speak", {"text": sentence, "voice": name, "rate": rate, "volume": voice.volume})
