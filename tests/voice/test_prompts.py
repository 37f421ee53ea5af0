"""The fixed sentences of the telephone line."""

import re

import pytest

from assistant.errors import ConfigError
from assistant.model import Language
from voice.prompts import SPOKEN, Prompts, placeholders

PROMPTS = Prompts()
KEYS = sorted(PROMPTS.keys)
# Digits, brackets, slashes, web addresses, and letters with a full stop after them are not words.
NOT_HEARD = re.compile(
    r"[\d*_/\\()\[\]<>@#&%€§]|www|https?|\b[A-Za-zÄÖÜäöü]\.(?:\s|$)|\b(?:bzw|ggf|inkl|Nr|Str|usw|etc)\."
)


@pytest.mark.parametrize("key", KEYS)
def test_every_sentence_is_there_in_both_languages_with_the_same_placeholders(key: str) -> None:
    """A caller who changes the language misses nothing, and no value is lost on the way."""
    german, english = (PROMPTS.template(key, language) for language in SPOKEN)
    assert german
    assert english
    assert placeholders(german) == placeholders(english)


def test_no_language_has_sentences_of_its_own() -> None:
    """A key that stands in one file only is a slip."""
    for language in SPOKEN:
        for key in KEYS:
            PROMPTS.template(key, language)
    assert len(Prompts()._texts[Language.EN]) == len(KEYS)


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("key", KEYS)
def test_a_sentence_holds_only_what_can_be_heard(key: str, language: Language) -> None:
    """The speaker is never left to guess at digits, marks or abbreviations."""
    assert not NOT_HEARD.search(re.sub(r"\{\w+\}", "", PROMPTS.template(key, language)))


def test_an_unknown_key_and_a_missing_value_are_errors() -> None:
    """A slip in the code is noticed where it is made."""
    with pytest.raises(KeyError):
        PROMPTS.text("opening.nothing", Language.DE)
    with pytest.raises(KeyError):
        PROMPTS.text("opening.duty", Language.DE)


def test_a_language_the_line_does_not_speak_is_answered_in_german() -> None:
    """Nobody hears silence."""
    assert PROMPTS.text("turn.one_moment", Language.TR) == PROMPTS.text("turn.one_moment", Language.DE)


def test_a_city_puts_its_own_wording_in_place() -> None:
    """The line speaks as the city speaks."""
    own = Prompts({Language.DE: {"end.goodbye": "Tschüss!", "opening.duty": "Hier spricht ein Computer aus {city}."}})
    assert own.text("end.goodbye", Language.DE) == "Tschüss!"
    assert own.text("opening.duty", Language.DE, city="Moers") == "Hier spricht ein Computer aus Moers."
    assert own.text("end.goodbye", Language.EN) == PROMPTS.text("end.goodbye", Language.EN)


@pytest.mark.parametrize(
    ("language", "key", "text", "complaint"),
    [
        (Language.DE, "opening.duty_", "Hallo", "no prompt"),
        (Language.DE, "opening.duty", "Hier ist {town}.", "town"),
        (Language.TR, "opening.duty", "Merhaba", "de and en only"),
    ],
)
def test_a_wording_that_could_never_be_said_is_refused(language: Language, key: str, text: str, complaint: str) -> None:
    """A slip in the configuration is told at start, not in a call."""
    with pytest.raises(ConfigError, match=complaint):
        Prompts({language: {key: text}})


def test_lists_of_words_are_told_apart() -> None:
    """What callers may say comes as single phrases."""
    assert "woher wissen sie das" in PROMPTS.words("asks.source", Language.DE)
    assert PROMPTS.words("asks.nothing", Language.DE) == ()
