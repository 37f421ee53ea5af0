"""Acute danger is told from what only sounds like it."""

import random
import re
import time
from pathlib import Path

import pytest
import yaml

from nlu.data import load
from nlu.emergency import PatternEmergencyDetector

DETECTOR = PatternEmergencyDetector()
SAYINGS = Path(__file__).parent / "data"
LANGUAGES = ("de", "en", "tr", "ar", "ru", "uk", "fr", "pl", "fa")
LONGEST = 2000


def sayings(language: str, *kinds: str) -> list[str]:
    """The sayings of the kinds in ``data/emergency.<language>.yaml``."""
    content = _content(language)
    return [text for kind in kinds for text in content[kind]]


def _content(language: str) -> dict[str, list[str]]:
    path = SAYINGS / f"emergency.{language}.yaml"
    content: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_heard_in_everyday_words(language: str) -> None:
    """People in danger speak as at home, in dialect and with typos, and are heard at once."""
    assert [text for text in sayings(language, "emergency", "crisis") if not DETECTOR.is_emergency(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_past_events_needs_and_questions_are_no_danger(language: str) -> None:
    """What is over, wanted or only asked about gets its answer, not the emergency numbers."""
    assert [text for text in sayings(language, "harmless") if DETECTOR.is_emergency(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wish_to_die_is_heard_however_veiled(language: str) -> None:
    """Whoever may end their own life is told of the crisis line."""
    assert [text for text in sayings(language, "crisis") if not DETECTOR.is_crisis(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_sayings_are_no_crisis(language: str) -> None:
    """The crisis line is not named to people who are not in despair."""
    assert [text for text in sayings(language, "emergency", "harmless") if DETECTOR.is_crisis(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_long_text_holds_the_turn_up(language: str) -> None:
    """The longest message takes a blink even if it is nothing but beginnings of what the patterns look for."""
    words = sorted(set(re.findall(r"[^\W\d_]{2,}", str(load("emergency")["languages"][language]))))
    chosen = random.Random(0).sample(words, 40)
    texts = [" ".join(chosen * 40)[:LONGEST], *(f"{word} " * (LONGEST // len(word) // 2) for word in chosen)]
    for text in texts:
        started = time.process_time()
        DETECTOR.is_emergency(text)
        assert time.process_time() - started < 0.25, text[:40]


@pytest.mark.parametrize(
    "text",
    [
        "Hilfe, es brennt bei uns im Keller",
        "mein mann hat einen herzinfarkt",
        "Ein Einbrecher ist in der Wohnung!",
        "ich will mich umbringen",
        "Er schlägt mich gerade",
        "meine oma atmet nicht mehr",
        "Hilfe, bei uns brennt die Küche!",
        "bei mir zuhause brennts",
        "mein nachbar schlägt gerade seine frau",
        "hier ist ein schlimmer unfall passiert, die leute bluten",
        "Person ist zusammengebrochen und reagiert nicht",
        "mein kind hat putzmittel getrunken",
        "er hat sich die pulsadern aufgeschnitten",
        "Meine Mutter hatte gerade einen Schlaganfall und liegt am Boden",
        "ich wurde gerade überfallen",
        "someone broke into my flat right now",
        "my father collapsed and is not responding",
        "My house is on fire",
        "I want to kill myself",
        "Kalp krizi geçiriyor",
        "البيت يحترق",
        "Он без сознания",
        "мені погрожують",
        "il ne respire plus",
        "ktoś mnie bije, bije mnie",
        "خانه آتش گرفته",
    ],
)
def test_acute_danger_is_told_in_every_language(text: str) -> None:
    """Somebody in danger must reach 112 and 110 whatever language is set."""
    assert DETECTOR.is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "Notfall: mein Pass läuft morgen ab",
        "mein ausweis wurde geklaut",
        "Mein Vater ist gestern an einem Herzinfarkt gestorben, was muss ich tun?",
        "Ich wurde letzte Woche überfallen und mein Perso ist weg",
        "Wo kann ich ein Feuerwerk anmelden?",
        "Wie werde ich Feuerwehrmann?",
        "Brauche ich für meinen Hund eine Waffenkarte?",
        "Was kostet ein Führungszeugnis bei der Polizei?",
        "Suizid meines Bruders: wer stellt die Sterbeurkunde aus?",
        "Nach dem Herzinfarkt brauche ich Hilfe im Haushalt",
        "Der Nachbar hat ein Messer verloren, gibt es ein Fundbüro",
        "ich brauche dringend schnell hilfe von der polizei beim führungszeugnis",
        "Mein Mann hatte letztes Jahr einen Schlaganfall. Wo gibt es den Schwerbehindertenausweis?",
        "I lost my passport, it is an emergency",
        "Passfoto brennt nicht auf CD",
    ],
)
def test_harmless_texts_are_no_emergency(text: str) -> None:
    """A false alarm would keep people from the answer they came for."""
    assert not DETECTOR.is_emergency(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ich will mich umbringen", True),
        ("I want to end my life", True),
        ("не хочу жить", True),
        ("es brennt im Keller", False),
        ("mein Freund schlägt mich", False),
    ],
)
def test_a_crisis_is_told_from_other_dangers(text: str, expected: bool) -> None:
    """The crisis line is named to those it is for, and to nobody else."""
    assert DETECTOR.is_crisis(text) is expected
