"""Sentences as a recogniser writes them, and what callers say besides their questions."""

import tomllib
from pathlib import Path

import pytest

from voice.model import corpus
from voice.model.corpus import caller_phrases, corpus_of, numbers_to_99, words_of

GERMAN = tomllib.loads(Path(corpus.__file__).with_name("german.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Was kostet ein Kfz-Schein?", ["was", "kostet", "ein", "kfz", "schein"]),
        ("Straße, Maß & Öl", ["straße", "maß", "öl"]),
        ("Ist die 115 besetzt?", []),
        ("  ", []),
    ],
)
def test_words_are_small_letters_without_punctuation(text: str, words: list[str]) -> None:
    """Punctuation and hyphens part words; a text with figures, which are read in many ways, gives none."""
    assert words_of(text) == words


def test_a_corpus_is_the_same_for_the_same_seed() -> None:
    """Sentences come once each, those given first, and chance is drawn from the seed alone."""
    once = corpus_of(["Ja, moin!", "ja moin"], seed=5)
    assert once[0] == "ja moin"
    assert len(once) == len(set(once))
    assert once == corpus_of(["Ja, moin!", "ja moin"], seed=5)
    assert once != corpus_of(["Ja, moin!", "ja moin"], seed=6)


def test_german_numbers_are_put_together() -> None:
    """Units stand before tens, and one hundred words are told apart."""
    numbers = numbers_to_99(GERMAN)
    assert len(set(numbers)) == 100
    assert (numbers[0], numbers[1], numbers[12], numbers[21], numbers[76]) == (
        "null",
        "eins",
        "zwölf",
        "einundzwanzig",
        "sechsundsiebzig",
    )


def test_every_listed_word_can_be_said() -> None:
    """Letters, the spelling table, days and months all occur, so that no step asks for an unknown word."""
    known = {word for phrase in caller_phrases(1) for word in words_of(phrase)}
    listed = [*GERMAN["letter"], *GERMAN["spelled"], *GERMAN["day"], *GERMAN["month"], *GERMAN["digit"]]
    assert {word for entry in listed for word in words_of(entry)} <= known
    assert {"dreißigsten", "einunddreißigster", "siebter", "zwanzigste"} <= known


def test_no_slot_is_left_open() -> None:
    """Each {name} of a frame is filled from the list of that name."""
    assert not [phrase for phrase in caller_phrases(1) if "{" in phrase]
