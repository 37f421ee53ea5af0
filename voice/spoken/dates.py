"""Dates, months, weekdays and times of day."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache

from assistant.model import Language
from voice.spoken.numbers import cardinal, counting, ordinal, year
from voice.spoken.ordinals import day_ending
from voice.spoken.words import any_of, words

_FULL = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?!\d)")
_ISO = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d-])")
_DAY_MONTH = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(?!\s?\d)")
_MONTH_YEAR = re.compile(r"(?<![\d.])(0?[1-9]|1[0-2])[./]((?:19|20)\d\d)(?!\d)")
_TIME = r"(\d{1,2})(?:[:.](\d\d))?"
_SPAN = re.compile(rf"(?<![\d.,:]){_TIME}\s?(?:Uhr\s?)?(-|bis|und|oder)\s?{_TIME}\s?Uhr\b")
_BETWEEN_CLOCKS = re.compile(r"(?<=:\d\d)\s?-\s?(?=\d{1,2}:\d\d)")
_GERMAN_CLOCK = re.compile(rf"(?<![\d.,:]){_TIME}\s?Uhr\b|(?<![\d.,:])(\d{{1,2}}):(\d\d)(?![\d:])")
_ENGLISH_CLOCK = re.compile(
    r"(?<![\d.,:])(\d{1,2})(?:[:.](\d\d))?\s?(a\.?m\.?|p\.?m\.?|A M|P M)(?!\w)|(?<![\d.,:])(\d{1,2}):(\d\d)(?![\d:])"
)


def say_date(day: date, language: Language, ending: str = "er", *, with_year: bool = True) -> str:
    """The day in words: "erster Dezember zweitausendsechsundzwanzig", "the first of December twenty twenty-six"."""
    said_year = f" {year(day.year, language)}" if with_year else ""
    return f"{_day_and_month(day.day, day.month, language, ending)}{said_year}"


def say_moment(moment: datetime, language: Language) -> str:
    """A point in time as part of a sentence: "am Dienstag, dem ersten Dezember, um siebzehn Uhr"."""
    weekday = words(language)["calendar"]["weekdays"][moment.weekday()]
    day = say_date(moment.date(), language, "en", with_year=False)
    clock = say_time(moment.time(), language)
    if language is Language.DE:
        return f"am {weekday}, dem {day}, um {clock}"
    return f"on {weekday}, {day}, at {clock}"


def say_day(day: date, language: Language) -> str:
    """A day as part of a sentence: "am Dienstag, dem ersten Dezember"."""
    weekday = words(language)["calendar"]["weekdays"][day.weekday()]
    said = say_date(day, language, "en", with_year=False)
    return f"am {weekday}, dem {said}" if language is Language.DE else f"on {weekday}, {said}"


def say_time(clock: time, language: Language) -> str:
    """A time of day: "neun Uhr dreißig", "half past" never; "nine thirty in the morning"."""
    if language is Language.DE:
        return _german_time(clock.hour, clock.minute)
    return _english_time(clock.hour, clock.minute)


def say_dates(text: str, language: Language) -> str:
    """The text with dates, months of a year and short weekdays in words."""
    text = _replaced(_FULL, text, lambda match, before: _dated(match, before, language))
    text = _replaced(_ISO, text, lambda match, before: _iso(match, before, language))
    text = _replaced(_MONTH_YEAR, text, lambda match, _: _month_year(match, language))
    text = _replaced(_day_named(language), text, lambda match, before: _named(match, before, language))
    if language is Language.DE:
        text = _replaced(_DAY_MONTH, text, lambda match, before: _short(match, before, text))
    else:
        text = _replaced(_month_first(), text, _named_first)
    return _say_weekdays(text, language)


def say_times(text: str, language: Language) -> str:
    """The text with times of day in words."""
    text = _BETWEEN_CLOCKS.sub(f" {words(language)['numbers']['to']} ", text)
    if language is Language.DE:
        text = _SPAN.sub(_german_span, text)
        return _GERMAN_CLOCK.sub(_german_clock, text)
    return _ENGLISH_CLOCK.sub(_english_clock, text)


def _replaced(pattern: re.Pattern[str], text: str, say: Callable[[re.Match[str], str], str]) -> str:
    """Each match replaced by what is said for it after what has been said before it."""
    done, end = "", 0
    for match in pattern.finditer(text):
        done += text[end : match.start()]
        done += say(match, done)
        end = match.end()
    return done + text[end:]


def _day_and_month(day: int, month: int, language: Language, ending: str) -> str:
    name = words(language)["calendar"]["months"][month - 1]
    if language is Language.DE:
        return f"{ordinal(day, language, ending)} {name}"
    return f"the {ordinal(day, language)} of {name}"


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _dated(match: re.Match[str], before: str, language: Language) -> str:
    day, month, of = (int(part) for part in match.groups())
    if not _is_day(day, month):
        return match[0]
    return f"{_in_text(day, month, before, language)} {year(of, language)}"


def _iso(match: re.Match[str], before: str, language: Language) -> str:
    of, month, day = (int(part) for part in match.groups())
    return f"{_in_text(day, month, before, language)} {year(of, language)}" if _is_day(day, month) else match[0]


def _in_text(day: int, month: int, before: str, language: Language) -> str:
    said = _day_and_month(day, month, language, day_ending(before))
    return said.removeprefix("the ") if re.search(r"\b[Tt]he $", before) else said


def _month_year(match: re.Match[str], language: Language) -> str:
    return f"{words(language)['calendar']['months'][int(match[1]) - 1]} {year(int(match[2]), language)}"


def _short(match: re.Match[str], before: str, text: str) -> str:
    day, month = int(match[1]), int(match[2])
    if not _is_day(day, month):
        return match[0]
    rest = text[match.end() :].lstrip()
    stop = "." if not rest or rest[0].isupper() else ""
    return _in_text(day, month, before, Language.DE) + stop


def _named(match: re.Match[str], before: str, language: Language) -> str:
    table = words(language)["calendar"]
    name = match["month"].rstrip(".")
    month = table["months"].index(name) + 1 if name in table["months"] else table["short_months"][name]
    first = match["first"]
    if first:
        joint = words(language)["numbers"]["to"] if match["joint"] == "-" else match["joint"]
        ending = day_ending(before)
        article = "" if language is Language.DE else "the "
        start = f"{article}{ordinal(int(first), language, ending)}"
        return f"{start} {joint} {_day_and_month(int(match['day']), month, language, ending)}"
    return _in_text(int(match["day"]), month, before, language)


def _named_first(match: re.Match[str], before: str) -> str:
    table = words(Language.EN)["calendar"]
    return _in_text(int(match[2]), table["months"].index(match[1]) + 1, before, Language.EN)


@cache
def _day_named(language: Language) -> re.Pattern[str]:
    table = words(language)["calendar"]
    months = f"(?P<month>(?:{any_of(table['months'])})\\b|(?:{any_of(table['short_months'])})\\b\\.?)"
    mark = r"\." if language is Language.DE else r"(?:st|nd|rd|th)?"
    joint = r"-|bis|und|oder|to|and|or"
    before = rf"(?:(?P<first>\d{{1,2}}){mark}\s?(?P<joint>{joint})\s?)?"
    of = r"(?:of\s)?" if language is Language.EN else ""
    return re.compile(rf"(?<![\d.,]){before}(?P<day>\d{{1,2}}){mark}\s?{of}{months}")


@cache
def _month_first() -> re.Pattern[str]:
    months = any_of(words(Language.EN)["calendar"]["months"])
    return re.compile(rf"\b({months}) (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d)\b")


def _say_weekdays(text: str, language: Language) -> str:
    """Reads "Mo-Fr", "Mo, Mi und Fr", "Do 9": short weekdays count only beside another one or a time."""
    table = words(language)["calendar"]
    short = any_of(table["short_weekdays"])
    joint = r"\s?(?:-|/|,|u\.|und|bis|and|to)\s?"
    row = re.compile(rf"\b(?:{short})\b\.?(?:{joint}(?:{short})\b\.?)+|\b(?:{short})\b\.?(?=:?\s\d|:\s)")

    def said(match: re.Match[str]) -> str:
        named = re.sub(
            rf"\b({short})\b\.?", lambda one: str(table["weekdays"][table["short_weekdays"][one[1]] - 1]), match[0]
        )
        named = re.sub(r"\s?-\s?", f" {words(language)['numbers']['to']} ", named)
        return re.sub(r"\s?/\s?", ", ", named)

    return row.sub(said, text)


def _german_time(hour: int, minute: int) -> str:
    said = f"{counting(hour, Language.DE)} Uhr"
    return f"{said} {cardinal(minute, Language.DE)}" if minute else said


def _is_time(hour: int, minute: int) -> bool:
    return 0 <= hour <= 24 and 0 <= minute < 60


def _german_span(match: re.Match[str]) -> str:
    opens, closes = (int(match[1]), int(match[2] or 0)), (int(match[4]), int(match[5] or 0))
    if not _is_time(*opens) or not _is_time(*closes):
        return match[0]
    joint = "bis" if match[3] == "-" else match[3]
    first = _german_time(*opens) if opens[1] else counting(opens[0], Language.DE)
    if opens[1] == 0 and opens[0] == 1:
        first = "eins"
    return f"{first} {joint} {_german_time(*closes)}"


def _german_clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4] or 0)
    return _german_time(hour, minute) if _is_time(hour, minute) else match[0]


def _english_time(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12, 24):
        return "noon" if hour == 12 else "midnight"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    minutes = f" oh {cardinal(minute, Language.EN)}" if 0 < minute < 10 else f" {cardinal(minute, Language.EN)}"
    return f"{cardinal((hour - 1) % 12 + 1, Language.EN)}{minutes if minute else ''} {part}"


def _english_clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    if match[3]:
        hour = hour % 12 + (12 if match[3][0] in "pP" else 0)
    return _english_time(hour, minute) if _is_time(hour, minute) else match[0]
