"""Piper's voices behind Roland's port: its program, one process for each voice and speed, one sentence at a time.

The program (``piper --output_file -``) reads a sentence a line and writes a WAV for each, whose header says where it
ends.
"""

import asyncio
import contextlib
import struct
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice
from voice.synthesis.polish import polished

_RIFF = struct.Struct("<4sI4s")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_PCM, _MONO, _BITS = 1, 1, 16
_MOST_BYTES = 16 << 20
_TRIES = 2


@dataclass(frozen=True, slots=True)
class PiperOptions:
    """The program, its voices (``.onnx`` files, their ``.onnx.json`` beside them), and how long things may take."""

    program: Path
    voices: Mapping[Language, Path]
    speak_s: float = 5.0
    load_s: float = 15.0
    """How much longer the first sentence of a process may take, since the voice is loaded for it."""
    rest_s: float = 5.0
    """How long a voice that failed is left alone; every call fails at once meanwhile."""


class PiperSpeaker:
    """Implements ``assistant.ports.SpeechSynthesizer``; its processes end where it is left."""

    name = "piper"

    def __init__(self, options: PiperOptions) -> None:
        self._options = options
        self._mouths: dict[tuple[Language, float], _Mouth] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(mouth.close() for mouth in self._mouths.values()))

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(self._options.voices)

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        if voice.language not in self._options.voices:
            raise SpeechUnavailableError(f"no voice speaks {voice.language.value}")
        if not any(character.isalnum() for character in sentence):
            return b""
        pcm, rate = await self._mouth(voice).say(" ".join(sentence.split()))
        return await asyncio.to_thread(polished, pcm, rate, voice.volume)

    async def ping(self) -> None:
        for model in self._options.voices.values():
            for file in (self._options.program, model, Path(f"{model}.json")):
                if not file.is_file():
                    raise SpeechUnavailableError(f"{file} is missing")
        for mouth in self._mouths.values():
            mouth.check()

    def _mouth(self, voice: Voice) -> "_Mouth":
        key = (voice.language, round(voice.speed, 1))
        if key not in self._mouths:
            self._mouths[key] = _Mouth(self._options, *key)
        return self._mouths[key]


class _Mouth:
    """One voice at one speed."""

    def __init__(self, options: PiperOptions, language: Language, speed: float) -> None:
        self._options = options
        self._command = (
            *(str(options.program), "--model", str(options.voices[language]), "--output_file", "-", "--quiet"),
            *("--sentence_silence", "0", "--length_scale", f"{1 / speed:.2f}"),
        )
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._rests_until = 0.0

    def check(self) -> None:
        """Raise SpeechUnavailableError where it failed a moment ago."""
        if asyncio.get_running_loop().time() < self._rests_until:
            raise SpeechUnavailableError(f"{self._command[0]} does not work")

    async def say(self, sentence: str) -> tuple[bytes, int]:
        """A sentence as PCM, and the rate of it."""
        async with self._turn:
            self.check()
            for left in reversed(range(_TRIES)):
                try:
                    return await self._attempt(sentence)
                except (OSError, EOFError, ValueError, TimeoutError) as error:
                    await self.close()
                    if not left:
                        self._rests_until = asyncio.get_running_loop().time() + self._options.rest_s
                        reason = str(error) or type(error).__name__
                        raise SpeechUnavailableError(f"{self._command[0]}: {reason}") from error
                except BaseException:
                    await self.close()  # who asked has gone; what is still to come must not be the next one's answer
                    raise
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _attempt(self, sentence: str) -> tuple[bytes, int]:
        allowed_s = self._options.speak_s
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
            )
            allowed_s += self._options.load_s
        mouth, ear = self._process.stdin, self._process.stdout
        if mouth is None or ear is None:
            raise ValueError("no way to talk to it")
        async with asyncio.timeout(allowed_s):
            mouth.write(f"{sentence}\n".encode())
            await mouth.drain()
            return await _read_wave(ear)


async def _read_wave(stream: asyncio.StreamReader) -> tuple[bytes, int]:
    """One WAV's PCM and rate. Raises ValueError where it is not 16-bit mono, or no WAV at all."""
    riff, _, kind = _RIFF.unpack(await stream.readexactly(_RIFF.size))
    if (riff, kind) != (b"RIFF", b"WAVE"):
        raise ValueError("not a WAV")
    rate = 0
    while True:
        name, size = _CHUNK.unpack(await stream.readexactly(_CHUNK.size))
        if size > _MOST_BYTES:
            raise ValueError(f"{size} bytes in one sentence")
        content = await stream.readexactly(size)
        if name == b"fmt ":
            code, channels, rate, _, _, bits = _FORMAT.unpack_from(content)
            if (code, channels, bits) != (_PCM, _MONO, _BITS):
                raise ValueError("not 16-bit mono PCM")
        elif name == b"data":
            if not rate:
                raise ValueError("sound before its format")
            return content, rate
