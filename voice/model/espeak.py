"""Speech and its phonemes from libespeak-ng, with the time at which every phoneme begins."""

import ctypes
import re
from ctypes import POINTER, c_char, c_char_p, c_int, c_short, c_uint, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import SpeechUnavailableError

SILENCE = "SIL"
_READING_VOICE = "de"
_LIBRARY = "libespeak-ng.so.1"

# Values of speak_lib.h.
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_END_OF_LIST, _PHONEME = 0, 7
_RATE, _PITCH, _RANGE = 1, 3, 4
_UNDERSCORES_BETWEEN_PHONEMES = ord("_") << 8

_PAUSES = re.compile(r"[_|!:;]*")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")
# What occurs in few foreign words only is heard as the German sound next to it.
_NEAREST = {
    "0": "O", "3:": "W", "@-": "@", "@L": "l", "A@": "A:", "A~": "A:", "EI": "eI", "I2": "I", "O:": "O", "O~": "O",
    "U@": "u:", "V": "a", "W:": "W", "Z": "S", "dZ": "tS", "a#": "@", "aa": "a", "e@": "E:", "i": "i:", "oU": "o:",
    "w": "v",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said: the voice by espeak-ng's name, words a minute, pitch and its range from 0 to 100."""

    voice: str = "de"
    speed: int = 150
    pitch: int = 50
    melody: int = 50


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound (int16, ``rate`` samples a second), and at which sample which phoneme begins."""

    samples: npt.NDArray[np.int16]
    rate: int
    starts: tuple[int, ...]
    phones: tuple[str, ...]


class Espeak:
    """The synthesiser of this process; it can be loaded once and serves one caller at a time."""

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise SpeechUnavailableError(f"{_LIBRARY} is missing: apt-get install libespeak-ng1") from error
        self._library.espeak_TextToPhonemes.restype = c_char_p
        self._library.espeak_Info.restype = c_char_p
        self._rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS))
        if self._rate <= 0:
            raise SpeechUnavailableError("espeak-ng finds no voices: apt-get install espeak-ng-data")
        self._sound = bytearray()
        self._marks: list[tuple[int, str]] = []
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    @property
    def version(self) -> str:
        """The release of the library."""
        return str(self._library.espeak_Info(None).decode())

    def say(self, text: str, manner: Manner) -> Speech:
        """Speak a text; raises SpeechUnavailableError for an unknown voice."""
        self._choose(manner.voice)
        for parameter, value in ((_RATE, manner.speed), (_PITCH, manner.pitch), (_RANGE, manner.melody)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._sound.clear()
        self._marks.clear()
        written = text.encode() + b"\0"
        self._library.espeak_Synth(written, len(written), 0, 1, 0, _UTF8, None, None)
        samples = np.frombuffer(bytes(self._sound), np.int16)
        return Speech(samples, self._rate, tuple(at for at, _ in self._marks), tuple(name for _, name in self._marks))

    def phonemes(self, text: str) -> list[tuple[str, ...]]:
        """The phonemes of each word as they are said in this text, without pauses.

        Words that the synthesiser runs together ("gar nicht") are one item.
        """
        self._choose(_READING_VOICE)
        written = ctypes.create_string_buffer(text.encode())
        rest = c_void_p(ctypes.addressof(written))
        words: list[str] = []
        while rest.value:  # a clause at a time
            clause = self._library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _UNDERSCORES_BETWEEN_PHONEMES)
            words += _LANGUAGE_SWITCH.sub("", clause.decode()).split()
        said = [tuple(plain_phone(name) for name in word.split("_")) for word in words]
        return [tuple(phone for phone in word if phone != SILENCE) for word in said]

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechUnavailableError(f"espeak-ng has no voice {voice!r}")

    def _take(self, sound: Any, count: int, events: Any) -> int:
        if sound and count > 0:
            self._sound += ctypes.string_at(sound, 2 * count)
        index = 0
        while events and events[index].type != _END_OF_LIST:
            if events[index].type == _PHONEME:
                name = bytes(events[index].id.string).split(b"\0")[0].decode(errors="replace")
                self._marks.append((events[index].sample, plain_phone(name)))
            index += 1
        return 0


@cache
def espeak() -> Espeak:
    """The process's synthesiser, loaded when first asked for."""
    return Espeak()


@cache
def plain_phone(name: str) -> str:
    """A phoneme without its marks of stress; every pause and glottal stop is SILENCE."""
    if _PAUSES.fullmatch(name):
        return SILENCE
    bare = name.lstrip("',%=!")
    found = _NEAREST.get(bare, bare)
    return found.removesuffix("2") if len(found) > 1 else found


class _Id(ctypes.Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))
