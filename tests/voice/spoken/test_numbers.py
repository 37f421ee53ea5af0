"""Numbers said are the numbers that were written: what is said is read back by another way."""

import re
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Language
from voice.spoken.dates import say_date, say_day, say_moment, say_time
from voice.spoken.heard import german_value, heard_numbers, written_numbers
from voice.spoken.money import say_amount
from voice.spoken.numbers import MOST, cardinal, counting, decimal, digits, ordinal, year
from voice.spoken.phone import say_phone
from voice.spoken.verbalise import verbalise
from voice.spoken.words import words

DE, EN = Language.DE, Language.EN
both = pytest.mark.parametrize("language", [DE, EN])
GERMAN_DIGITS = words(DE)["numbers"]["units"][:10]
ENGLISH_DIGITS = words(EN)["numbers"]["units"][:10]
MONTHS = words(DE)["calendar"]["months"]


@given(st.integers(2, 999_999))
def test_a_german_number_is_heard_as_it_was(number: int) -> None:
    """Every number up to a million comes back, as one word."""
    assert german_value(cardinal(number, DE)) == number


@given(st.integers(2, MOST))
def test_an_english_number_is_heard_as_it_was(number: int) -> None:
    """Every number that is said comes back."""
    assert heard_numbers(cardinal(number, EN), EN) == {number}


@both
@given(number=st.integers(2, 999))
def test_an_ordinal_is_heard_as_its_number(number: int, language: Language) -> None:
    """With every ending."""
    for ending in ("e", "en", "er", "es", "em"):
        assert heard_numbers(ordinal(number, language, ending), language) == {number}


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "null"), (1, "eins"), (16, "sechzehn"), (17, "siebzehn"), (30, "dreißig"), (61, "einundsechzig"),
     (101, "einhunderteins"), (1_000_000, "eine Million"), (2_000_021, "zwei Millionen einundzwanzig")],
)  # fmt: skip
def test_german_numbers_are_written_as_the_dictionary_does(number: int, said: str) -> None:
    """The odd ones: without their s, with sz, with a million of its own gender."""
    assert cardinal(number, DE) == said


def test_numbers_before_what_is_counted_and_too_large_ones() -> None:
    """It is "ein Euro", not "eins Euro"; a number nobody could follow is refused."""
    assert counting(101, DE) == "einhundertein"
    assert counting(1, EN) == "one"
    with pytest.raises(ValueError, match="no words"):
        cardinal(MOST + 1, DE)
    with pytest.raises(ValueError, match="no words"):
        cardinal(-1, EN)


@pytest.mark.parametrize(
    ("number", "german", "english"),
    [(1998, "neunzehnhundertachtundneunzig", "nineteen ninety-eight"), (1900, "neunzehnhundert", "nineteen hundred"),
     (2000, "zweitausend", "two thousand"), (2005, "zweitausendfünf", "two thousand and five"),
     (2026, "zweitausendsechsundzwanzig", "twenty twenty-six"), (1905, "neunzehnhundertfünf", "nineteen oh five")],
)  # fmt: skip
def test_years_are_said_as_years(number: int, german: str, english: str) -> None:
    """The last century is counted in hundreds."""
    assert year(number, DE) == german
    assert year(number, EN) == english


@given(st.integers(0, 999_999), st.integers(0, 99))
def test_a_fee_is_heard_as_it_was(euros: int, cents: int) -> None:
    """Euros and cents come back from the words, whichever way the fee is written."""
    assert _amount(say_amount(euros, cents, DE)) == (euros, cents)
    grouped = f"{euros:,}".replace(",", ".")
    for written in (f"{euros},{cents:02} Euro", f"{grouped},{cents:02} €", f"€ {euros},{cents:02}"):
        assert _amount(verbalise(written, DE)) == (euros, cents)


def _amount(said: str) -> tuple[int, int]:
    """Euros and cents of German words; the inverse of saying them."""
    if said.endswith(" Cent"):
        return 0, _value(said.removesuffix(" Cent"))
    euros, _, cents = said.partition(" Euro")
    return _value(euros), _value(cents.strip()) if cents else 0


def _value(word: str) -> int:
    if word in ("null", "ein", "eins"):
        return int(word != "null")
    value = german_value(word)
    assert value is not None, word
    return value


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_is_heard_as_it_was(day: date) -> None:
    """Day, month and year come back, whichever way the date is written."""
    assert _date(say_date(day, DE)) == day
    for written in (f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}"):
        assert _date(verbalise(written, DE)) == day
    name = MONTHS[day.month - 1]
    assert _date(verbalise(f"am {day.day}. {name} {day.year}", DE).removeprefix("am ")) == day


def _date(said: str) -> date:
    """The date of German words; the inverse of saying it."""
    number, month, of = said.split()
    value = 1 if number.startswith("erst") else german_value(number)
    assert value is not None
    return date(_value(of), MONTHS.index(month) + 1, value)


@both
@given(number=st.from_regex(r"0[1-9][0-9]{2,4} [0-9]{3,8}", fullmatch=True))
def test_a_telephone_number_is_heard_digit_by_digit(number: str, language: Language) -> None:
    """No digit is lost, none joined to a number, and never more than four without a breath."""
    said = say_phone(number, language)
    names = GERMAN_DIGITS if language is DE else ENGLISH_DIGITS
    assert "".join(str(names.index(word)) for word in re.findall(r"[\wß]+", said)) == number.replace(" ", "")
    assert max(len(group.split()) for group in said.split(", ")) <= 4
    assert verbalise(number, language) == said


@given(st.times())
def test_a_time_is_heard_as_it_was(clock: time) -> None:
    """Hours to twenty-four, minutes after "Uhr"."""
    said = say_time(clock, DE)
    hour, _, minute = said.partition(" Uhr")
    assert (_value(hour), _value(minute.strip()) if minute else 0) == (clock.hour, clock.minute)
    assert verbalise(f"{clock:%H:%M} Uhr", DE) == said
    assert verbalise(f"{clock:%H:%M}", EN) == say_time(clock, EN)


def test_english_hours_tell_their_part_of_the_day() -> None:
    """Nobody has to guess whether six is morning or evening."""
    said = [say_time(time(hour, minute), EN) for hour, minute in ((0, 0), (6, 5), (12, 0), (12, 30), (13, 15), (18, 0))]
    assert said == [
        "midnight",
        "six oh five in the morning",
        "noon",
        "twelve thirty in the afternoon",
        "one fifteen in the afternoon",
        "six in the evening",
    ]


def test_moments_and_days_are_parts_of_a_sentence() -> None:
    """They stand after "spätestens"."""
    moment = datetime(2026, 12, 1, 17, 30)  # noqa: DTZ001  # local time, as it is told
    assert say_moment(moment, DE) == "am Dienstag, dem ersten Dezember, um siebzehn Uhr dreißig"
    assert say_moment(moment, EN) == "on Tuesday, the first of December, at five thirty in the afternoon"
    assert say_day(moment.date(), DE) == "am Dienstag, dem ersten Dezember"
    assert say_day(moment.date(), EN) == "on Tuesday, the first of December"


@both
def test_decimals_and_digits_are_read_one_by_one(language: Language) -> None:
    """Places are not joined: "zwei Komma null fünf" is not "zwei Komma fünf"."""
    names = GERMAN_DIGITS if language is DE else ENGLISH_DIGITS
    assert decimal(2, "05", language).split()[-2:] == [names[0], names[5]]
    assert digits("0-4 2x1", language).split() == [names[at] for at in (0, 4, 2, 1)]


@given(st.text(max_size=60))
def test_words_that_are_no_numbers_are_none(text: str) -> None:
    """Reading back never fails, and finds nothing where nothing is."""
    heard_numbers(text, DE)
    heard_numbers(text, EN)
    assert german_value("achtung") is None
    assert german_value("wohnung") is None
    assert heard_numbers("Achtung, Hundesteuer: keine Meldung, Erster Stock", DE) == frozenset()


@both
@given(number=st.integers(0, MOST))
def test_what_is_heard_of_a_written_number_is_what_was_written(number: int, language: Language) -> None:
    """The guard knows every way in which a number may be read."""
    for written in (str(number), f"{number} Euro", f"{number % 10000}", f"0{number}"):
        heard = heard_numbers(verbalise(written, language), language)
        assert heard <= written_numbers(written, language)
