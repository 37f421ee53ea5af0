"""The test model as set-up makes it: how well it hears voices it was not made from."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import vosk

from assistant import bootstrap
from voice.model.corpus import words_of
from voice.model.espeak import Manner, espeak
from voice.model.graph import UNKNOWN_WORD
from voice.model.samples import HELD_OUT_VOICES
from voice.model.telephone import RATE, over_the_line

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "var/voice/test-model"
EXPECTED = ["ja", "nein", "das weiß ich nicht", "einen menschen bitte", UNKNOWN_WORD]
_MOST_ERRORS = 0.12

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def model() -> Path:
    """The model's folder, made where set-up has not done so yet."""
    bootstrap.build_voice_model(MODEL, print)
    return MODEL


def questions() -> list[str]:
    """Questions about the catalogue that nothing of the model was made from, as people write them, slips included."""
    lines = (ROOT / "evaluation/data/retrieval_bremen_dev.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [record["query"] for record in records if record["lang"] == "de" and words_of(record["query"])][::2]


def heard(model: Path, text: str, vocabulary: Sequence[str]) -> str:
    """What the model hears where these phrases are expected."""
    speech = espeak().say(text, Manner(HELD_OUT_VOICES[0]))
    sound = over_the_line(np.pad(speech.samples, 5000), speech.rate, np.random.default_rng(1), noise_db=(25, 30))
    vosk.SetLogLevel(-1)
    grammar = json.dumps(list(vocabulary), ensure_ascii=False)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(model)), RATE, grammar)
    recogniser.AcceptWaveform(sound.tobytes())
    return str(json.loads(recogniser.FinalResult())["text"])


def test_few_words_are_wrong_over_the_telephone(model: Path, tmp_path: Path) -> None:
    """Of questions it never saw, in voices it never heard, over a noisy line, most words come through."""
    bootstrap.record_sentences(questions(), tmp_path)
    hearings = list(bootstrap.hear_recordings(model, tmp_path))
    assert len(hearings) > 90
    assert bootstrap.error_rate(hearings) <= _MOST_ERRORS


@pytest.mark.parametrize("phrase", EXPECTED[:-1])
def test_a_step_hears_what_it_expects(model: Path, phrase: str) -> None:
    """With the phrases of a step as grammar, each of them is heard."""
    assert heard(model, phrase, EXPECTED) == phrase


@pytest.mark.parametrize("other", ["mein hund ist weg", "ich bin umgezogen", "wie lange dauert das"])
def test_a_step_knows_what_it_does_not_expect(model: Path, other: str) -> None:
    """Something else is heard as unknown words, not taken for one of the phrases."""
    told = heard(model, other, EXPECTED)
    assert UNKNOWN_WORD in told.split()
    assert told not in EXPECTED[:-1]
