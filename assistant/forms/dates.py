"""Days as people write and say them: in figures, with the names of months, by their distance from today."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel.dates import get_month_names

from assistant.forms import solar, spoken
from assistant.forms.numbers import number_of
from assistant.model import Language

_SIGN = r"\s?[./،–-]\s?"
_NUMERIC = re.compile(
    rf"(?<!\d)(?<!\d[.,/-])(\d{{1,2}})(?:{_SIGN}|\s)(\d{{1,2}})(?:{_SIGN}|\s)(\d{{4}}|\d{{2}})(?![./-]?\d)"
)
_YEAR_FIRST = re.compile(rf"(?<!\d)(?<!\d[.,/-])(\d{{4}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}})(?![./-]?\d)")
_BARE = re.compile(r"(\d\d)(\d\d)(\d{4})")
_DAY = re.compile(r"(\d{1,2})(?:er|re|st|nd|rd|th|e|го|ого|ше|те|ої|م|ام)?")
_YEAR = re.compile(r"(\d{4}|\d{2})(?:г|р|r)?")
_PERSIAN_DIGITS = re.compile("[۰-۹]")
_ORDINAL = re.compile(r"(.{3,}?)s?t(?:e[rns]?)")
_FIRST_YEAR = 1850
_YEAR_WORDS = 5
_MOST_WORDS = 5
_TENS = (20, 30)
# Of languages spoken in several countries: months have names of their own in Damascus, Algiers, Kabul and Vienna.
_LOCALES = (*(language.value for language in Language), "ar_SY", "ar_IQ", "ar_DZ", "ar_MA", "ar_EG", "fa_AF", "de_AT")


@dataclass(frozen=True, slots=True)
class Day:
    """Day, month and year as they were said, of the western or the solar calendar; there may be no such day."""

    day: int
    month: int
    year: int
    is_solar: bool = False

    def __str__(self) -> str:
        return f"{self.day:02}.{self.month:02}.{self.year}"

    def date(self, today: date) -> date | None:
        """The day itself; None where there is none. Of a year of two figures, the last one that is not far ahead."""
        try:
            if self.is_solar:
                return solar.to_date(_full_year(self.year, solar.year_of(today)), self.month, self.day)
            return date(_full_year(self.year, today.year), self.month, self.day)
        except ValueError:
            return None


def read_day(said: str, days: Mapping[str, int], today: date) -> Day | None:
    """The only day that is named; None where none is, several are, or nobody can tell of which calendar its year is."""
    found = set(_in_figures(said)) | set(_in_words(spoken.tokens(said)))
    if not found:
        return _relative(said, days, today)
    day = found.pop()
    return None if found or (not day.is_solar and 100 <= day.year < _FIRST_YEAR) else day


def _in_figures(said: str) -> Iterator[Day]:
    plain = spoken.ascii_digits(said)
    is_persian = _PERSIAN_DIGITS.search(said) is not None  # 1405 is also a year of the Islamic calendar
    for found in _YEAR_FIRST.finditer(plain):
        year, month, day = map(int, found.groups())
        yield _day(day, month, year, is_persian=is_persian)
    for found in _NUMERIC.finditer(_YEAR_FIRST.sub(" ", plain)):
        day, month, year = map(int, found.groups())
        yield _day(day, month, year, is_persian=is_persian)
    if bare := _BARE.fullmatch(plain):
        yield Day(int(bare[1]), int(bare[2]), int(bare[3]))


def _day(day: int, month: int, year: int, *, is_persian: bool) -> Day:
    return Day(day, month, year, is_persian and year in solar.YEARS)


def _in_words(words: tuple[str, ...]) -> Iterator[Day]:
    """Days whose month has its name: "1er mars 2026", "March 1st, 2026", "первое марта 26 года"."""
    between = spoken.within("dates", "between")
    plain = tuple(word for word in words if word not in between)
    at = 0
    while at < len(plain):
        month, length = _month_at(plain, at)
        if month is not None:
            after = at + length
            day, years = _day_before(plain[:at]), plain[after:]
            if day is None and years:
                day, years = _numeral(_DAY, years[0]) or _day_before(years[:1]), years[1:]
            year = _year_at(years)
            if day is not None and year is not None:
                yield Day(day, month % 100, year, month > 100)
        elif (spelled := _spelled_at(plain[at:])) is not None:
            yield spelled
        at += length


def _spelled_at(words: tuple[str, ...]) -> Day | None:
    """The day that begins there, where its month is said as a number too ("erster elfter zweitausend")."""
    if len(words) < 3:
        return None
    day, month, year = _day_before(words[:1]), _day_before(words[1:2]), _year_at(words[2:])
    return Day(day, month, year) if day and month and year and year >= _FIRST_YEAR else None


def _year_at(words: tuple[str, ...]) -> int | None:
    """The year that stands there, in figures or in words; the longest one."""
    if not words:
        return None
    if (year := _numeral(_YEAR, words[0])) is not None:
        return year
    said = (number_of(words[:length]) for length in range(min(_YEAR_WORDS, len(words)), 0, -1))
    return next((year for year in said if year is not None and (year < 100 or year >= _FIRST_YEAR)), None)


def _month_at(words: tuple[str, ...], at: int) -> tuple[int | None, int]:
    """The month whose name stands there, and of how many words it is; one of the solar calendar counts from 101."""
    names = _months()
    for length in (2, 1):
        if (month := names.get(words[at : at + length])) is not None and at + length <= len(words):
            return month, length
    return None, 1


def _day_before(words: tuple[str, ...]) -> int | None:
    """The number of a day at the end of what stands before the month, in figures or words."""
    if not words:
        return None
    if (day := _numeral(_DAY, words[-1])) is not None:
        return day
    ordinals, numbers = spoken.valued("ordinals"), spoken.valued("numbers")
    value = ordinals.get(words[-1:], numbers.get(words[-1:], _ordinal(words[-1])))
    joined = words[-3:-2] if len(words) > 2 and words[-2] in spoken.among("joins") else words[-2:-1]
    tens = numbers.get(joined)
    if value is not None and value < 10 and tens in (*_TENS, 10):
        return value + tens
    return value if value is None or 0 < value <= 31 else None


def _ordinal(word: str) -> int | None:
    """The value of what German writes as one word ("einundzwanzigster")."""
    found = _ORDINAL.fullmatch(word)
    return number_of((found[1],)) if found else None


def _numeral(pattern: re.Pattern[str], word: str) -> int | None:
    found = pattern.fullmatch(word)
    return int(found[1]) if found else None


@cache
def _months() -> dict[tuple[str, ...], int]:
    """The number of a month by its name, wherever Roland's languages are spoken, however it is declined."""
    names = {
        spoken.tokens(name): number
        for locale in _LOCALES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, locale=locale).items()
    }
    solar_names = {name: number + 100 for name, number in spoken.valued("solar").items()}
    return names | dict(spoken.valued("months")) | solar_names


def _relative(said: str, days: Mapping[str, int], today: date) -> Day | None:
    """Today, yesterday and the like, among a few words at most ("seit gestern")."""
    words = spoken.tokens(said)
    known = dict(spoken.valued("days")) | {spoken.tokens(name): distance for name, distance in days.items()}
    if words not in known and (len(words) > _MOST_WORDS or spoken.is_negated(words) or _is_open(words)):
        return None
    meant = {known[words]} if words in known else set(_distances(words, known))
    if len(meant) != 1:
        return None
    day = today + timedelta(meant.pop())
    return Day(day.day, day.month, day.year)


def _distances(words: tuple[str, ...], known: Mapping[tuple[str, ...], int]) -> Iterator[int]:
    """The distances of the days that are named, the longest name first ("the day before yesterday")."""
    longest = max(map(len, known))
    at = 0
    while at < len(words):
        lengths = (length for length in range(longest, 0, -1) if words[at : at + length] in known)
        length = next(lengths, 0)
        if length:
            yield known[words[at : at + length]]
        at += max(length, 1)


def _is_open(words: tuple[str, ...]) -> bool:
    """Whether words ask for something, or leave it open."""
    return bool(set(words) & (spoken.among("asks") | spoken.among("unsure")))


def _full_year(year: int, present: int) -> int:
    if year >= 100:
        return year
    century = present // 100 * 100
    return century + year if century + year <= present + 1 else century - 100 + year
