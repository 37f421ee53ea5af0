"""The synthesiser: sound, phonemes, and when each begins."""

import ctypes

import numpy as np
import pytest

from assistant.errors import SpeechUnavailableError
from voice.model import espeak as module
from voice.model.espeak import SILENCE, Espeak, Manner, espeak, plain_phone


def test_phonemes_begin_in_order_within_the_sound() -> None:
    """Every phoneme of a sentence has its place in the sound, and silence is where nothing is heard."""
    speech = espeak().say("Guten Tag", Manner())
    assert list(speech.starts) == sorted(speech.starts)
    assert speech.starts[-1] <= len(speech.samples)
    spoken = [phone for phone in speech.phones if phone != SILENCE]
    assert spoken == [phone for word in espeak().phonemes("Guten Tag") for phone in word]
    loud = np.abs(speech.samples[speech.starts[0] : speech.starts[len(spoken) - 1]].astype(int)).max()
    assert loud > 1000


def test_the_words_of_a_sentence_are_told_apart() -> None:
    """Each word has its own phonemes, also beyond the end of a clause."""
    assert len(espeak().phonemes("ich möchte das wissen. wo ist das")) == 7


def test_a_voice_sounds_different_but_says_the_same() -> None:
    """A variant of the voice changes the sound, not the phonemes."""
    one, other = (espeak().say("Reisepass", Manner(voice)) for voice in ("de", "de+f2"))
    assert one.phones == other.phones
    assert not np.array_equal(one.samples, other.samples)


def test_an_unknown_voice_is_refused() -> None:
    """A language that is not there is an error, not another voice."""
    with pytest.raises(SpeechUnavailableError, match="no voice 'nobody'"):
        espeak().say("ja", Manner("nobody"))


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libespeak-ng the error names the package."""

    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(SpeechUnavailableError, match="apt-get install libespeak-ng1"):
        Espeak()


@pytest.mark.parametrize(
    ("name", "phone"),
    [("'aI", "aI"), ("_|", SILENCE), ("_:", SILENCE), ("", SILENCE), ("E2", "E"), ("oU", "o:"), ("!b", "b")],
)
def test_marks_of_stress_are_no_part_of_a_phone(name: str, phone: str) -> None:
    """Stress, variants and rare foreign sounds fall together with the plain phone; pauses are silence."""
    assert plain_phone(name) == phone


def test_rare_sounds_are_mapped_to_plain_ones() -> None:
    """What stands in the table is a phone without marks, so that a second look changes nothing."""
    assert all(plain_phone(phone) == phone for phone in module._NEAREST.values())
