"""A speaker that needs no process: a tone for every letter."""

import asyncio

import numpy as np

from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice


class FakeSpeaker:
    """Remembers what it spoke; may be broken, and kept waiting by ``may_speak``."""

    def __init__(self, name: str = "fake", languages: tuple[Language, ...] = tuple(Language)) -> None:
        self.name = name
        self.languages = languages
        self.broken = False
        self.spoken: list[tuple[str, Voice]] = []
        self.is_asked = asyncio.Event()
        self.may_speak = asyncio.Event()
        self.may_speak.set()

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        await self.ping()
        if voice.language not in self.languages:
            raise SpeechUnavailableError(f"no voice speaks {voice.language.value}")
        self.is_asked.set()
        await self.may_speak.wait()
        self.spoken.append((sentence, voice))
        letters = [ord(letter) for letter in sentence if letter.isalnum()]
        tones = (np.arange(int(480 / voice.speed)) * letter / 300 for letter in letters)
        return b"".join((np.sin(tone) * 3_000 * voice.volume).astype("<i2").tobytes() for tone in tones)

    async def ping(self) -> None:
        if self.broken:
            raise SpeechUnavailableError(f"{self.name} is broken")
