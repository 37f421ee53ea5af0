"""Two speakers, of which the second answers for the first."""

import structlog

from assistant.errors import RolandError, SpeechUnavailableError
from assistant.model import Language, Voice
from assistant.ports import SpeechSynthesizer

_log = structlog.get_logger(__name__)


class FallbackSpeaker:
    """Implements ``assistant.ports.SpeechSynthesizer``: the first speaker where it can, else the second."""

    def __init__(self, first: SpeechSynthesizer, second: SpeechSynthesizer) -> None:
        self._first = first
        self._second = second

    @property
    def name(self) -> str:
        return f"{self._first.name}, {self._second.name}"

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(dict.fromkeys((*self._first.languages, *self._second.languages)))

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        if voice.language in self._first.languages:
            try:
                return await self._first.speak(sentence, voice)
            except SpeechUnavailableError as error:
                _log.warning("speaker falls back", name=self._first.name, error=str(error))
        return await self._second.speak(sentence, voice)

    async def ping(self) -> None:
        try:
            await self._first.ping()
        except RolandError:
            await self._second.ping()
