"""Remembering how fixed sentences sound."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

import structlog

from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice
from assistant.ports import SpeechSynthesizer

_MOST_BYTES: Final = 64 << 20

_log = structlog.get_logger(__name__)
_Key = tuple[str, Voice]


class CachedSpeaker:
    """Implements ``assistant.ports.SpeechSynthesizer`` over another one, for one event loop.

    Only sentences that were named to ``warm`` are kept, in whatever voice, in memory and the least used first to go:
    what a caller is told about themselves is never kept. A sentence wanted twice at once is made once.
    """

    def __init__(self, speaker: SpeechSynthesizer, most_bytes: int = _MOST_BYTES) -> None:
        self._speaker = speaker
        self._most_bytes = most_bytes
        self._fixed: set[str] = set()
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._making: dict[_Key, asyncio.Task[bytes]] = {}

    @property
    def name(self) -> str:
        return self._speaker.name

    @property
    def languages(self) -> tuple[Language, ...]:
        return self._speaker.languages

    @property
    def kept_bytes(self) -> int:
        """How much sound is kept."""
        return self._kept_bytes

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        if sentence not in self._fixed:
            return await self._speaker.speak(sentence, voice)
        key = (sentence, voice)
        if (pcm := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return pcm
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(key))
            making.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(making)  # one caller who hangs up must not take it from the others

    async def warm(self, sentences: Iterable[str], voice: Voice) -> int:
        """Make and keep fixed sentences; how many could be made. The others are tried again when they are wanted."""
        made = 0
        for sentence in dict.fromkeys(sentences):
            self._fixed.add(sentence)
            try:
                await self.speak(sentence, voice)
                made += 1
            except SpeechUnavailableError as error:
                _log.warning("sentence not spoken", name=self.name, error=str(error))
        return made

    async def ping(self) -> None:
        await self._speaker.ping()

    async def _make(self, key: _Key) -> bytes:
        pcm = await self._speaker.speak(*key)
        if len(pcm) <= self._most_bytes:
            self._kept[key] = pcm
            self._kept_bytes += len(pcm)
        while self._kept_bytes > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped)
        return pcm
