"""A written sentence as it is heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.forms.numbers import number_of
from assistant.forms.spoken import tokens
from assistant.model import Language
from evaluation.mishearing import LANGUAGES, said
from evaluation.mishearing.numerals import cardinal, ordinal, year


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Was kostet ein Reisepass?", "was kostet ein reisepass"),
        ("Am 15.12.2026 um 9:30 Uhr", "am fünfzehnten dezember zweitausendsechsundzwanzig um neun uhr dreißig"),
        ("37,50 Euro", "siebenunddreißig euro fünfzig"),
        ("1.234,50 €", "eintausendzweihundertvierunddreißig euro fünfzig"),
        ("28 203 Bremen", "zwei acht zwei null drei bremen"),
        ("0421 361-0", "null vier zwei eins drei sechs eins null"),
        ("Osterdeich 12a, 3. Stock", "osterdeich zwölf a dritten stock"),
        ("K7RM-4XQ2-9TPA-F", "k sieben r m vier x q zwei neun t p a f"),
        ("seit 1985", "seit neunzehnhundertfünfundachtzig"),
        ("erika.muster@example.org", "erika punkt muster at example punkt org"),
        ("???", ""),
    ],
)
def test_german_is_heard_without_signs_and_figures(text: str, heard: str) -> None:
    """Small letters, no signs, numbers, days, times and codes in words."""
    assert " ".join(said(text, Language.DE)) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("It's 46.00 euros", "it's forty six euros"),
        ("on 31.8.1999", "on thirty first august nineteen ninety nine"),
    ],
)
def test_english_is_heard_in_english_words(text: str, heard: str) -> None:
    """Points and commas of amounts are English ones."""
    assert " ".join(said(text, Language.EN)) == heard


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_what_is_heard_is_heard_the_same_again(text: str, language: Language) -> None:
    """A text that is already as heard stays as it is, and holds no figure and no capital letter."""
    words = said(text, language)
    assert said(" ".join(words), language) == words
    assert not any(character.isdecimal() for word in words for character in word)
    assert all(word == word.lower() for word in words)


@given(st.integers(0, 999_999))
def test_german_numbers_in_words_are_read_back(number: int) -> None:
    """Forms read every number as callers say it."""
    assert number_of(tokens(cardinal(number, Language.DE))) == number


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        (ordinal(3, Language.DE), "dritter"),
        (ordinal(21, Language.DE, is_declined=True), "einundzwanzigsten"),
        (ordinal(12, Language.EN), "twelfth"),
        (ordinal(20, Language.EN), "twentieth"),
        (ordinal(22, Language.EN), "twenty second"),
        (year(1905, Language.DE), "neunzehnhundertfünf"),
        (year(2026, Language.EN), "two thousand twenty six"),
        (year(1900, Language.EN), "nineteen hundred"),
    ],
)
def test_ordinals_and_years_are_said_as_people_do(told: str, heard: str) -> None:
    """Irregular ones among them."""
    assert told == heard


def test_a_number_beyond_all_words_is_refused() -> None:
    """Nothing is said wrongly where there is no word for it."""
    with pytest.raises(ValueError, match="not said in words"):
        cardinal(10**9, Language.DE)
