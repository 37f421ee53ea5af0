"""What runs in a recogniser's worker process: Vosk, for many utterances at once.

Requests: ``open`` (stream, phrases), ``hear`` (stream; sound) answered with the partial words, ``finish`` (stream)
answered with the hypotheses, ``cancel`` (stream).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import vosk

from assistant.model import SAMPLE_RATE
from voice.model.folder import read_model_folder
from voice.recognition.scoring import UNKNOWN, Candidates, has_unknown, hypotheses, joined
from voice.recognition.upsample import Upsampler
from voice.workers import Message

_QUIET = -1
_UNKNOWN = "[unk]"
_CONSIDERED = 10
"""How many sequences of words a confidence is made from."""


class VoskEngine:
    """Hears with the model of one folder; ``rate`` is the rate of samples it was trained for."""

    def __init__(self, folder: str, rate: int, alternatives: int) -> None:
        read_model_folder(Path(folder))  # Vosk itself would only say that it cannot
        vosk.SetLogLevel(_QUIET)
        self._model = vosk.Model(folder)
        self._rate = rate
        self._alternatives = alternatives
        self._hearings: dict[int, _Hearing] = {}

    def answer(self, request: Message) -> Message:
        stream = int(request.data["stream"])
        match request.kind:
            case "open":
                phrases = self._possible(request.data["phrases"])
                recognizer, factor = self._recognizer(phrases), self._rate // SAMPLE_RATE
                self._hearings[stream] = _Hearing(recognizer, factor, is_restricted=bool(phrases))
                return Message("opened")
            case "hear":
                return Message("heard", {"partial": self._hearings[stream].hear(request.sound)})
            case "finish":
                return Message("finished", self._hearings.pop(stream).finish(self._alternatives))
            case "cancel":
                self._hearings.pop(stream, None)
                return Message("cancelled")
        raise ValueError(f"unknown request {request.kind}")

    def _possible(self, phrases: Sequence[str]) -> list[str]:
        """Those of whose words the model has all; none where it could not say that it heard something else."""
        if self._model.vosk_model_find_word(_UNKNOWN) < 0:
            return []
        return [
            phrase for phrase in phrases if all(self._model.vosk_model_find_word(word) >= 0 for word in phrase.split())
        ]

    def _recognizer(self, phrases: Sequence[str]) -> Any:
        grammar = (json.dumps([*phrases, _UNKNOWN], ensure_ascii=False),) if phrases else ()
        recognizer = vosk.KaldiRecognizer(self._model, float(self._rate), *grammar)
        recognizer.SetMaxAlternatives(max(_CONSIDERED, self._alternatives))
        return recognizer


class _Hearing:
    """One utterance. Vosk may end a stretch by itself where the speaker pauses; the next one then follows it."""

    def __init__(self, recognizer: Any, factor: int, *, is_restricted: bool) -> None:
        self._recognizer = recognizer
        self._is_restricted = is_restricted
        self._upsampler = Upsampler(factor)
        self._stretches: list[Candidates] = []

    def hear(self, pcm: bytes) -> str:
        """The words understood so far, after more sound."""
        if self._recognizer.AcceptWaveform(self._upsampler.feed(pcm)):
            self._stretches.append(_candidates(self._recognizer.Result()))
        best = [stretch[0][0] for stretch in self._stretches if stretch]
        newest = str(json.loads(self._recognizer.PartialResult()).get("partial", ""))
        return " ".join(word for text in (*best, newest) for word in text.split() if word not in UNKNOWN)

    def finish(self, most: int) -> dict[str, Any]:
        """All that was understood, and whether only phrases could be, and some of it was none of their words."""
        self._stretches.append(_candidates(self._recognizer.FinalResult()))
        heard = [stretch for stretch in self._stretches if stretch]
        found = joined([hypotheses(stretch) for stretch in heard], most)
        return {
            "hypotheses": [(hypothesis.text, hypothesis.confidence) for hypothesis in found],
            "is_restricted": self._is_restricted,
            "has_unknown": not found or any(has_unknown(stretch) for stretch in heard),
        }


def _candidates(result: str) -> Candidates:
    """The sequences of words in Vosk's result with their likelihoods; none where there was no word."""
    alternatives = json.loads(result).get("alternatives", [])
    return [(str(each["text"]), float(each["confidence"])) for each in alternatives if each["text"]]
