"""Turns what a telephone heard back into words, with a recogniser of its own."""

import asyncio
import json
from pathlib import Path
from typing import Any

from assistant.model import SAMPLE_RATE
from assistant.sound import resample
from voice.model.folder import read_model_folder

_STEP = 4_000


class Ear:
    """A model of Vosk's, in this process. The test model knows the synthesiser's voices, also the one Roland has."""

    def __init__(self, folder: Path) -> None:
        """Loads the model of a folder; raises SpeechUnavailableError for what is none."""
        from vosk import Model, SetLogLevel  # noqa: PLC0415 – loads a large library

        self._rate = read_model_folder(folder).rate
        SetLogLevel(-1)
        self._model: Any = Model(str(folder))

    async def words(self, pcm: bytes) -> str:
        """What is said in 8 kHz PCM; does not keep the event loop waiting."""
        return await asyncio.to_thread(self._hear, pcm)

    def _hear(self, pcm: bytes) -> str:
        from vosk import KaldiRecognizer  # noqa: PLC0415

        recogniser = KaldiRecognizer(self._model, self._rate)
        sound = resample(pcm, SAMPLE_RATE, self._rate)
        steps = (sound[begin : begin + _STEP] for begin in range(0, len(sound), _STEP))
        heard = [recogniser.Result() for step in steps if recogniser.AcceptWaveform(step)]
        heard.append(recogniser.FinalResult())
        return " ".join(text for result in heard if (text := str(json.loads(result)["text"])))
