"""The test model as set-up makes it: how well it hears voices it was not made from."""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import vosk
import yaml

from assistant import bootstrap
from assistant.model import Heard, Hypothesis
from nlu.emergency import PatternEmergencyDetector
from voice.model.corpus import words_of
from voice.model.espeak import Manner, espeak
from voice.model.graph import UNKNOWN_WORD
from voice.model.samples import HELD_OUT_VOICES
from voice.model.telephone import RATE, over_the_line
from voice.recognition.engine import VoskEngine
from voice.session.danger import is_perhaps_danger
from voice.workers import Message

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "var/voice/test-model"
DANGER = ROOT / "tests/nlu/data/emergency.de.yaml"
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


def guesses(model: Path, texts: Sequence[str]) -> Iterator[Heard]:
    """What the recogniser makes of each text, spoken 18, 12 and 6 decibels above the noise of the line."""
    engine, noise = VoskEngine(str(model), RATE, 5), np.random.default_rng(1)
    for number, (decibels, text) in enumerate(product((18, 12, 6), texts)):
        speech = espeak().say(text, Manner(HELD_OUT_VOICES[number % len(HELD_OUT_VOICES)]))
        sound = over_the_line(np.pad(speech.samples, 5000), speech.rate, noise, noise_db=(decibels, decibels))
        engine.answer(Message("open", {"stream": number, "phrases": []}))
        engine.answer(Message("hear", {"stream": number}, sound=sound.astype("<i2").tobytes()))
        found = engine.answer(Message("finish", {"stream": number})).data["hypotheses"]
        yield Heard(tuple(Hypothesis(said, confidence) for said, confidence in found))


def test_more_danger_is_heard_in_all_guesses_than_in_the_first(model: Path) -> None:
    """Over a bad line some who are in danger are heard by a further guess only; who asks something is not warned."""
    detector = PatternEmergencyDetector()
    sayings = yaml.safe_load(DANGER.read_text(encoding="utf-8"))
    in_danger = list(guesses(model, sayings["emergency"] + sayings["crisis"]))
    first = sum(detector.is_emergency(heard.text) for heard in in_danger)
    further = sum(is_perhaps_danger(heard, detector) for heard in in_danger)
    assert first > len(in_danger) / 3
    assert further > 0
    assert sum(is_perhaps_danger(heard, detector) for heard in guesses(model, questions()[::3])) <= 1


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
