"""How many words a model gets wrong, over recordings with what was said in them."""

import json
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from assistant.errors import SpeechUnavailableError
from assistant.sound import resample
from voice.model.corpus import words_of
from voice.model.folder import read_model_folder

_STEP = 4000
_RATES = (8000, 16_000)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was said in a recording and what the model heard, word by word."""

    name: str
    said: tuple[str, ...]
    heard: tuple[str, ...]

    @property
    def errors(self) -> int:
        """The least number of words to change, remove or add to get from one to the other."""
        return int(Levenshtein.distance(self.said, self.heard))


def error_rate(hearings: Sequence[Hearing]) -> float:
    """Errors by words said; above 1 where more was heard than said. 0 where nothing was said."""
    said = sum(len(hearing.said) for hearing in hearings)
    return sum(hearing.errors for hearing in hearings) / said if said else 0.0


def recordings(folder: Path) -> list[Path]:
    """The wav files of a folder that have a txt beside them; raises SpeechUnavailableError where there is none."""
    found = sorted(path for path in folder.glob("*.wav") if path.with_suffix(".txt").is_file())
    if not found:
        raise SpeechUnavailableError(f"{folder} holds no recording NAME.wav with its words in NAME.txt")
    return found


def hear(model: Path, files: Sequence[Path]) -> Iterator[Hearing]:
    """Let a model hear recordings (8 or 16 kHz, 16 bit, mono), one after another."""
    from vosk import KaldiRecognizer, Model, SetLogLevel  # noqa: PLC0415 – loads a large library

    rate = read_model_folder(model).rate
    SetLogLevel(-1)
    loaded = Model(str(model))
    for path in files:
        recogniser = KaldiRecognizer(loaded, rate)
        pcm = resample(*read_wave(path), rate)
        steps = (pcm[begin : begin + _STEP] for begin in range(0, len(pcm), _STEP))
        heard = [_text(recogniser.Result()) for step in steps if recogniser.AcceptWaveform(step)]
        heard.append(_text(recogniser.FinalResult()))
        said = words_of(path.with_suffix(".txt").read_text(encoding="utf-8"))
        yield Hearing(path.stem, tuple(said), tuple(words_of(" ".join(heard))))


def read_wave(path: Path) -> tuple[bytes, int]:
    """The PCM of a recording and its rate; raises SpeechUnavailableError for a kind that is not measured."""
    try:
        with wave.open(str(path)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2) or file.getframerate() not in _RATES:
                raise SpeechUnavailableError(f"{path}: only 8 or 16 kHz, 16 bit, mono")
            return file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise SpeechUnavailableError(f"{path} is no wav file: {error}") from error


def _text(result: str) -> str:
    return str(json.loads(result).get("text", ""))
