"""Counting the words a model gets wrong."""

import wave
from pathlib import Path

import pytest

from assistant.errors import SpeechUnavailableError
from voice.model.measure import Hearing, error_rate, read_wave, recordings
from voice.model.samples import HELD_OUT_VOICES
from voice.model.speaking import record


def write(path: Path, *, rate: int = 8000, channels: int = 1) -> None:
    """A tenth of a second of silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(rate // 5 * channels))


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("was kostet das", 0),
        ("was das", 1),
        ("was kostet denn das", 1),
        ("wo kostet dies", 2),
        ("", 3),
    ],
)
def test_errors_are_words_changed_missing_or_added(heard: str, errors: int) -> None:
    """Each wrong, missing or added word counts once."""
    assert Hearing("one", ("was", "kostet", "das"), tuple(heard.split())).errors == errors


def test_the_rate_is_over_all_words() -> None:
    """Long recordings weigh more than short ones; the rate may exceed one."""
    hearings = [Hearing("long", ("a",) * 9, ("a",) * 9), Hearing("short", ("b",), ("c",))]
    assert error_rate(hearings) == pytest.approx(0.1)
    assert error_rate([Hearing("more", ("a",), ("b", "c"))]) == 2
    assert error_rate([]) == 0


def test_only_recordings_with_their_words_are_taken(tmp_path: Path) -> None:
    """A recording without a text is passed over; a folder without any is an error."""
    write(tmp_path / "alone.wav")
    with pytest.raises(SpeechUnavailableError, match="no recording"):
        recordings(tmp_path)
    write(tmp_path / "both.wav")
    (tmp_path / "both.txt").write_text("ja", encoding="utf-8")
    assert [path.name for path in recordings(tmp_path)] == ["both.wav"]


@pytest.mark.parametrize("wrong", [{"rate": 44_100}, {"channels": 2}])
def test_other_kinds_of_sound_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    """What would be measured wrongly is not measured."""
    write(tmp_path / "one.wav", **wrong)
    with pytest.raises(SpeechUnavailableError, match="8 or 16 kHz"):
        read_wave(tmp_path / "one.wav")


def test_what_is_no_wave_is_named(tmp_path: Path) -> None:
    """A broken file is an error with its name."""
    (tmp_path / "one.wav").write_bytes(b"RIFF")
    with pytest.raises(SpeechUnavailableError, match=r"one\.wav"):
        read_wave(tmp_path / "one.wav")


def test_sentences_are_recorded_in_voices_unknown_to_the_model(tmp_path: Path) -> None:
    """Each sentence is a recording of telephone sound with its words, the held-out voices taking turns."""
    sentences = ["Was kostet das?", "Wo ist das?", "Ja.", "Nein."]
    record(sentences, tmp_path / "set")
    files = recordings(tmp_path / "set")
    assert [path.with_suffix(".txt").read_text(encoding="utf-8").strip() for path in files] == sentences
    assert all(read_wave(path)[1] == 8000 for path in files)
    assert all(any(voice.replace("+", "-") in path.stem for path in files) for voice in HELD_OUT_VOICES)
