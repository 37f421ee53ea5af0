"""Numbers, dates and letters as people say them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Language
from voice.session.keypad import keys_of, symbol_of
from voice.session.numbers import in_blocks, numbers_of
from voice.session.spelling import spelling_of
from voice.spoken.dates import say_date
from voice.spoken.numbers import cardinal

GERMAN, ENGLISH = numbers_of(Language.DE), numbers_of(Language.EN)
LANGUAGES = st.sampled_from([Language.DE, Language.EN])


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("null vier zwei eins drei sechs eins", "0421361"),
        ("null vier zwei eins sechsunddreißig zehn", "04213610"),
        ("zwo doppel drei", "233"),
        ("dreimal die null eins", None),
        ("plus vier neun vier zwei eins", "+49421"),
        ("hundertfünfzehn", "115"),
        ("äh meine nummer ist eins eins fünf", "115"),
        ("sechs und dreißig", "36"),
        ("28195", "28195"),
    ],
)
def test_numbers_as_germans_say_them(said: str, digits: str | None) -> None:
    """Digit by digit, in pairs, with little words in between; what is strange is counted."""
    told = GERMAN.digits(said)
    assert told.is_clear is (digits is not None)
    assert digits is None or told.digits == digits


@pytest.mark.parametrize(
    ("said", "digits"),
    [("oh four two one thirty six ten", "04213610"), ("double five seven", "557"), ("one hundred and fifteen", "115")],
)
def test_numbers_as_they_are_said_in_english(said: str, digits: str) -> None:
    """A nought may be an "oh", and digits are doubled."""
    assert ENGLISH.digits(said).digits == digits


@given(LANGUAGES, st.integers(0, 9_999))
def test_every_number_that_is_said_is_understood(language: Language, number: int) -> None:
    """What the line says itself comes back as the same."""
    assert numbers_of(language).number(cardinal(number, language)) == number


@given(LANGUAGES, st.text("0123456789", min_size=1, max_size=16))
def test_digits_read_back_are_understood_as_the_same(language: Language, digits: str) -> None:
    """Whoever repeats what was read back says the same number."""
    assert numbers_of(language).digits(numbers_of(language).said(digits)).digits == digits


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_that_is_said_is_understood(day: date) -> None:
    """As a German says it."""
    assert GERMAN.day(say_date(day, Language.DE, "er")) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("am ersten zweiten neunzehnhundertachtzig", date(1980, 2, 1)),
        ("einunddreißigster zwölfter zweitausendfünf", date(2005, 12, 31)),
        ("siebter mai neunzehn achtundsechzig", date(1968, 5, 7)),
        ("dreißigster februar zweitausend", None),
        ("übermorgen", None),
    ],
)
def test_dates_as_germans_say_them(said: str, day: date | None) -> None:
    """By name or number of the month; a day that never was is none."""
    assert GERMAN.day(said) == day


def test_dates_in_english() -> None:
    """Day or month first."""
    assert ENGLISH.day("first of february nineteen eighty") == date(1980, 2, 1)
    assert ENGLISH.day("may twenty first two thousand five") == date(2005, 5, 21)


@pytest.mark.parametrize(
    ("said", "symbols"),
    [
        ("em wie martha ü wie übermut doppel el e er", "müller"),
        ("anton berta cäsar", "abc"),
        ("aachen berlin chemnitz düseldorf", "abcd"),
        ("em wie meier a i e er", "maier"),
        ("be wie peter", "p"),
        ("schule u em a ce ha e er", "schumacher"),
        ("umlaut unna eszett", "üß"),
        ("kah sieben rostock münchen vier xanten quickborn zwo", "k7rm4xq2"),
        ("großes em kleines e", "me"),
    ],
)
def test_spelling_as_germans_do(said: str, symbols: str) -> None:
    """Names of letters, both alphabets, "A wie Anton", umlauts, doubled letters, digits between."""
    spelt = spelling_of(Language.DE).symbols(said)
    assert spelt.is_clear
    assert spelt.symbols == symbols


def test_a_name_is_not_taken_for_spelling() -> None:
    """A word is a word."""
    spelling = spelling_of(Language.DE)
    assert not spelling.is_spelt("meier")
    assert not spelling.is_spelt("ich heiße meier")
    assert spelling.is_spelt("em a i e er")


@given(LANGUAGES, st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=13))
def test_codes_read_out_are_understood_as_the_same(language: Language, code: str) -> None:
    """What the line spells can be spelled back."""
    spelling = spelling_of(language)
    assert spelling.symbols(spelling.said(code)).symbols.upper() == code


@given(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_every_symbol_has_two_keys(symbol: str) -> None:
    """And these two mean only it."""
    keys = keys_of(symbol)
    assert symbol_of(keys[0], keys[1]) == symbol


def test_keys_that_mean_nothing_are_nothing() -> None:
    """There is no fourth letter on the 2, and no sixth sign on the 1."""
    assert symbol_of("2", "4") is None
    assert symbol_of("1", "6") is None


@given(st.text("0123456789", max_size=30))
def test_blocks_are_the_whole_number(digits: str) -> None:
    """None is a single digit, unless it is all there is."""
    blocks = in_blocks(digits)
    assert "".join(blocks) == digits
    assert len(blocks) < 2 or all(len(block) > 1 for block in blocks)


def test_tomorrow_is_not_a_date_of_birth() -> None:
    """Only a whole date is one."""
    tomorrow = date(2026, 11, 23) + timedelta(days=1)
    assert GERMAN.day(say_date(tomorrow, Language.DE, "er").rsplit(" ", 1)[0]) is None
