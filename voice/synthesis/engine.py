"""What runs in a speaker's worker process: one pyttsx3 engine, one sentence at a time.

Request: ``speak`` (text, voice, rate in words a minute, volume), answered with 8 kHz PCM. The engine is loaded once and
given one sentence a run, since it crashes or loses sentences otherwise; its file is one in memory.

``runAndWait`` is not used: it ends the loop before it begins, and thereby takes back what espeak-ng has still to do in
its own thread, a new speed for example, or a long sentence. Here the loop runs until the sentence is finished.
"""

import io
import wave

import pyttsx3
from pyttsx3.drivers import _espeak

from voice.synthesis.polish import polished
from voice.workers import Message


class EspeakEngine:
    """Speaks by espeak-ng."""

    def __init__(self) -> None:
        self._engine = pyttsx3.init("espeak")

    def answer(self, request: Message) -> Message:
        if request.kind != "speak":
            raise ValueError(f"unknown request {request.kind}")
        order = request.data
        self._engine.setProperty("voice", order["voice"])
        self._engine.setProperty("rate", int(order["rate"]))
        file = io.BytesIO()
        self._engine.save_to_file(order["text"], file)
        self._engine.startLoop()
        _espeak.Synchronize()
        self._engine.endLoop()
        self._engine.proxy.setBusy(False)
        file.seek(0)
        with wave.open(file) as spoken:
            pcm = polished(spoken.readframes(spoken.getnframes()), spoken.getframerate(), float(order["volume"]))
        return Message("spoken", sound=pcm)
