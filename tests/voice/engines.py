"""Engines for worker processes that behave as a test wants; named ``tests.voice.engines:…``."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voice.workers import Message


class Obedient:
    """Does what a request's kind says."""

    def __init__(self, greeting: str = "") -> None:
        self._greeting = greeting

    def answer(self, request: Message) -> Message:
        match request.kind:
            case "pid":
                return Message("pid", {"pid": os.getpid(), "greeting": self._greeting}, request.sound)
            case "die":
                os._exit(1)
            case "hang":
                time.sleep(3600)
            case "print":
                print("noise" * 10_000)  # noqa: T201 - what a library may do
                return Message("printed")
        raise ValueError(f"cannot {request.kind}")


def broken(reason: str) -> Obedient:
    """An engine that cannot be made."""
    raise OSError(reason)


def dies_once(marker: str) -> Obedient:
    """The process dies while it starts, unless a file says that it already did."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(1)
    return Obedient()


class Scribe:
    """Stands for Vosk: its sound is text in UTF-16, and every word of it is understood, but for those of phrases.

    ``folder`` may hold a file ``hang`` or ``die`` naming a process: that one does so when it next hears something.
    """

    def __init__(self, folder: str, rate: int, alternatives: int) -> None:
        self._folder = Path(folder)
        self._heard: dict[int, str] = {}
        self._phrases: dict[int, Sequence[str]] = {}

    def answer(self, request: Message) -> Message:
        stream = int(request.data["stream"])
        if request.kind == "open":
            self._heard[stream], self._phrases[stream] = "", request.data["phrases"]
        elif request.kind == "hear":
            self._misbehave()
            self._heard[stream] += request.sound.decode("utf-16-le")
            if "gift" in self._heard[stream]:
                os._exit(1)
            return Message("heard", {"partial": self._heard[stream].strip()})
        elif request.kind == "finish":
            return self._finished(self._heard.pop(stream).strip(), self._phrases.pop(stream))
        elif request.kind == "cancel":
            self._heard.pop(stream, None)
        return Message("done", {"open": len(self._heard)})

    def _finished(self, text: str, phrases: Sequence[str]) -> Message:
        understood = text if not phrases or text in phrases else phrases[0]
        found = [(understood, 0.9)] if understood else []
        unknown = not found or understood != text
        return Message("finished", {"hypotheses": found, "has_unknown": unknown, "is_restricted": bool(phrases)})

    def _misbehave(self) -> None:
        for file in self._folder.glob(f"*-{os.getpid()}"):
            if file.name.startswith("hang"):
                time.sleep(3600)
            os._exit(1)


def said(text: str) -> bytes:
    """The sound that a ``Scribe`` understands as a text."""
    return text.encode("utf-16-le")


class Bleeper:
    """Stands for pyttsx3: a tone, as long as the text; ``hängen`` and ``sterben`` are taken literally."""

    def answer(self, request: Message) -> Message:
        text = str(request.data["text"])
        if "hängen" in text:
            time.sleep(3600)
        if "sterben" in text:
            os._exit(1)
        if "scheitern" in text:
            raise ValueError("no such voice")
        tone = np.sin(np.arange(160 * len(text)) / 3) * 8_000 * float(request.data["volume"])
        return Message("spoken", sound=tone.astype("<i2").tobytes())
