"""Vosk behind Roland's port: one pool of worker processes for each language."""

import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from assistant.errors import SpeechUnavailableError
from assistant.model import SAMPLE_RATE, Language
from voice.model.folder import read_model_folder
from voice.recognition.stream import StreamOptions, WorkerStream
from voice.workers import WorkerOptions, WorkerPool

_ENGINE = "voice.recognition.engine:VoskEngine"
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class RecognitionModel:
    """A Vosk model: its folder, and the rate of samples it was trained for (8000, or a multiple of it)."""

    folder: Path
    rate: int = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class RecognizerOptions:
    """Which models hear, in how many processes for each (0: one a processor core), and how long they may take."""

    models: tuple[tuple[Language, RecognitionModel], ...]
    workers: int = 0
    alternatives: int = 5
    """How many ways to understand an utterance are told at most."""
    engine: str = _ENGINE
    start_s: float = 60.0
    patience_s: float = 2.0
    """A worker that owes an answer for so long is killed, and another one hears the same sound again..."""
    stream: StreamOptions = field(default_factory=StreamOptions)
    """... so an utterance should be given at least twice that."""


class VoskRecognizer:
    """Implements ``assistant.ports.SpeechRecognizer``; enter it to start its processes, in the line's event loop."""

    name = "vosk"

    def __init__(self, options: RecognizerOptions) -> None:
        self._options = options
        self._models = dict(options.models)
        self._pools = {language: WorkerPool(self._worker_options(language)) for language in self._models}
        self._restrictable: frozenset[Language] = frozenset()
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._restrictable = frozenset(language for language, model in self._models.items() if _takes_grammar(model))
        async with AsyncExitStack() as starting:
            for pool in self._pools.values():
                await starting.enter_async_context(pool)
            self._running = starting.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(self._models)

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the processes that hear."""
        return tuple(worker.pid for pool in self._pools.values() for worker in pool.workers)

    def open(self, language: Language, vocabulary: Sequence[str] = ()) -> WorkerStream:
        pool = self._pools.get(language)
        if pool is None:
            raise SpeechUnavailableError(f"no model hears {language.value}")
        phrases = _phrases(vocabulary) if language in self._restrictable else ()
        return WorkerStream(pool, phrases, self._options.stream)

    async def ping(self) -> None:
        for pool in self._pools.values():
            pool.check()

    def _worker_options(self, language: Language) -> WorkerOptions:
        model = self._models[language]
        return WorkerOptions(
            name=f"vosk-{language.value}",
            engine=self._options.engine,
            options={"folder": str(model.folder), "rate": model.rate, "alternatives": self._options.alternatives},
            count=self._options.workers,
            start_s=self._options.start_s,
            patience_s=self._options.patience_s,
        )


def _takes_grammar(model: RecognitionModel) -> bool:
    """Whether a step can restrict the words; raises SpeechUnavailableError where there is no model to be used so."""
    if model.rate % SAMPLE_RATE:
        raise SpeechUnavailableError(f"{model.folder}: a model's rate is a multiple of {SAMPLE_RATE}, not {model.rate}")
    return read_model_folder(model.folder).takes_grammar


def _phrases(vocabulary: Sequence[str]) -> tuple[str, ...]:
    """As a model writes them: lower case, without punctuation, each once."""
    words = (" ".join(_WORD.findall(phrase.lower())) for phrase in vocabulary)
    return tuple(dict.fromkeys(phrase for phrase in words if phrase))
