"""Numbers and codes as they are told on the telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.forms.codes import find_walk_code
from assistant.forms.heard import as_written
from assistant.model import StatusCode, find_code, without_code
from nlu.personal_data import PatternMasker

DIGITS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")


def told(signs: str) -> str:
    """As a recogniser writes what is told sign by sign."""
    return " ".join(DIGITS[int(sign)] if sign.isdigit() else sign.lower() for sign in signs)


@given(st.integers(0, (1 << 60) - 1))
def test_every_status_code_is_understood_sign_by_sign(number: int) -> None:
    """A code told in the midst of a sentence is found, and nothing of it is kept."""
    code = StatusCode.of_number(number)
    if code is None:
        return
    written = as_written(f"wie ist der stand von {told(code.symbols)} bitte")
    assert find_code(written) == code
    assert without_code(written) == "wie ist der stand von [CODE] bitte"


def test_the_code_of_a_form_is_understood() -> None:
    """Ten digits, one by one or in pairs, as they come out of a recogniser."""
    assert find_walk_code(as_written("mein code ist " + told("1234567890"))) == "1234567890"
    pairs = "zwölf vierunddreißig sechsundfünfzig achtundsiebzig neunzig"
    assert find_walk_code(as_written(pairs)) == "1234567890"


def test_a_number_told_in_words_is_masked_like_one_in_figures() -> None:
    """What somebody says of themselves is no less private for being spoken."""
    masked = PatternMasker().mask(as_written(f"meine nummer ist {told('042136110')}"))
    assert masked.kinds
    assert masked.text.startswith("meine nummer ist [")


@pytest.mark.parametrize(
    "text",
    [
        "Was kostet ein Reisepass?",
        "ich bin a und habe zwei kinder",
        "Feld 12",
        "ich brauche zwei oder drei a b c",
        "bis 30.04.2026, geht das?",
        "eins zwei drei vier",
        "",
    ],
)
def test_sentences_stay_as_they_are(text: str) -> None:
    """Single numbers and letters are words like others."""
    assert as_written(text) == text


def test_a_postcode_is_drawn_together() -> None:
    """So it can stand in a form as it is."""
    assert as_written(f"ich wohne in {told('28195')} bremen") == "ich wohne in 28195 bremen"


@given(st.text(max_size=60))
def test_what_is_written_already_is_not_changed_again(text: str) -> None:
    """The same once more is the same, since it is asked for at the door and in the dialogue."""
    assert as_written(as_written(text)) == as_written(text)
