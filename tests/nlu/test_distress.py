"""People in need of a help line are heard, and those who only name the topic are left alone."""

import random
import re
import time
from pathlib import Path

import pytest
import yaml

from assistant.model import Distress
from nlu.data import load
from nlu.distress import PatternDistressDetector

DETECTOR = PatternDistressDetector()
SAYINGS = Path(__file__).parent / "data"
LANGUAGES = ("de", "en", "tr", "ar", "ru", "uk", "fr", "pl", "fa")
LONGEST = 2000
LEAST_HELD_OUT = 0.95


def sayings(language: str) -> dict[str, list[str]]:
    """The sayings in ``data/distress.<language>.yaml`` by the need they tell of; ``none`` tell of none."""
    text = (SAYINGS / f"distress.{language}.yaml").read_text(encoding="utf-8")
    content: dict[str, list[str]] = yaml.safe_load(text)
    return content


@pytest.mark.parametrize("need", Distress)
@pytest.mark.parametrize("language", LANGUAGES)
def test_need_is_heard_in_everyday_words(language: str, need: Distress) -> None:
    """Whoever is beaten, neglected or without a roof is heard, in the words people use at home."""
    told = sayings(language)[need]
    assert len(told) >= 15
    assert [text for text in told if DETECTOR.distress(text) is not need] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_denials_and_other_matters_are_no_need(language: str) -> None:
    """Courses, statistics, gifts, jobs and denials get their answer, not a help line."""
    left_alone = sayings(language)["none"]
    assert len(left_alone) >= 10
    assert [text for text in left_alone if DETECTOR.distress(text) is not None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sayings_written_before_the_patterns_are_heard(language: str) -> None:
    """Nearly all that was written down before there were patterns is heard, though they were not made for it."""
    content = yaml.safe_load((SAYINGS / "distress_heldout.yaml").read_text(encoding="utf-8"))[language]
    told = [(text, need) for need in Distress for text in content[need]]
    heard = [text for text, need in told if DETECTOR.distress(text) is not None]
    assert len(heard) >= LEAST_HELD_OUT * len(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_long_text_holds_the_turn_up(language: str) -> None:
    """The longest message takes a blink even if it is nothing but beginnings of what the patterns look for."""
    words = sorted(set(re.findall(r"[^\W\d_]{2,}", str(load("distress")["languages"][language]))))
    chosen = random.Random(0).sample(words, 40)
    texts = [" ".join(chosen * 40)[:LONGEST], *(f"{word} " * (LONGEST // len(word) // 2) for word in chosen)]
    for text in texts:
        started = time.process_time()
        DETECTOR.distress(text)
        assert time.process_time() - started < 0.25, text[:40]


def test_violence_counts_for_more_than_a_lost_home() -> None:
    """Who flees from violence and has nowhere to sleep is first of all in need of protection."""
    text = "mein Mann schlägt mich und ich weiß nicht, wo ich heute Nacht schlafen soll"
    assert DETECTOR.distress(text) is Distress.VIOLENCE
