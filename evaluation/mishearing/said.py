"""A written sentence as a recogniser writes it that hears every word: small letters, no signs, numbers in words."""

import re
import unicodedata
from collections.abc import Callable

from assistant.model import Language
from evaluation.mishearing.numerals import cardinal, digits, ordinal, words_of, year

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_AS_IN_GERMAN = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d)|\d\d?(?![\d.]))")  # of amounts, not of dates
_MANY_DIGITS = 5
_YEARS = range(1100, 2000)

Match = re.Match[str]


def said(text: str, language: Language) -> tuple[str, ...]:
    """The words of a text as they are heard. What is already in this form stays as it is."""
    spoken = unicodedata.normalize("NFKC", text)
    if language is not Language.DE:
        spoken = _AS_IN_GERMAN.sub(lambda sign: ".,"[sign[0] == "."], spoken)
    for pattern, tell in _FIGURES:
        spoken = pattern.sub(lambda found, tell=tell: f" {tell(found, language)} ", spoken)  # type: ignore[misc]
    for sign, word in words_of(language)["signs"].items():
        spoken = spoken.replace(sign, f" {word} ")
    return tuple(word.lower().replace("’", "'") for word in _WORD.findall(spoken))


def _code(found: Match, language: Language) -> str:
    """Letters and figures one by one."""
    return " ".join(digits(one, language) if one.isdigit() else one for one in found[0] if one.isalnum())


def _address(found: Match, language: Language) -> str:
    return found[0].replace(".", f" {words_of(language)['dot']} ")


def _date(found: Match, language: Language) -> str:
    before, day, month, years = found["before"] or "", int(found["day"]), int(found["month"]), found["year"]
    months = words_of(language)["months"].split()
    if not 1 <= month <= len(months):
        return found[0]
    is_declined = before.strip().lower() in words_of(language)["before_days"].split()
    told = f"{before}{ordinal(day, language, is_declined=is_declined)} {months[month - 1]}"
    return f"{told} {year(int(years), language)}" if years else told


def _time(found: Match, language: Language) -> str:
    minutes = cardinal(int(found[2]), language) if int(found[2]) else ""
    return f"{cardinal(int(found[1]), language)} {words_of(language)['clock']} {minutes}"


def _amount(found: Match, language: Language) -> str:
    euro = words_of(language)["euro"]
    cents = cardinal(int(found["cents"]), language) if int(found["cents"]) else ""
    return f"{cardinal(int(re.sub(r'[^0-9]', '', found['whole'])), language)} {euro} {cents}"


def _decimal(found: Match, language: Language) -> str:
    return f"{cardinal(int(found[1]), language)} {words_of(language)['point']} {digits(found[2], language)}"


def _ordinal(found: Match, language: Language) -> str:
    return ordinal(int(found[1]), language, is_declined=True)


def _number(found: Match, language: Language) -> str:
    figures = re.sub(r"\D", "", found[0])
    if len(figures) >= _MANY_DIGITS or (figures.startswith("0") and len(figures) > 1):
        return digits(figures, language)
    return year(int(figures), language) if int(figures) in _YEARS else cardinal(int(figures), language)


# In this order: what is longest is told first.
_FIGURES: tuple[tuple[re.Pattern[str], Callable[[Match, Language], str]], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), _address),
    (
        re.compile(r"(?<!\w)(?=[A-Z0-9\s-]*\d)(?:[A-Z]{2}\d[\d\s]{8,}|[A-Z0-9]*(?:[A-Z]\d|\d[A-Z])[A-Z0-9-]*)(?!\w)"),
        _code,
    ),
    (
        re.compile(
            r"(?P<before>\b[A-Za-z]{2,5}\s)?(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\."
            r"\s?(?P<year>\d{4}|\d{2})?(?!\d)"
        ),
        _date,
    ),
    (re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?:\s?Uhr)?(?!\d)"), _time),
    (re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+|\d+),(?P<cents>\d\d)(?:\s?(?:€|(?i:euros?|eur)\b))?(?!\d)"), _amount),
    (re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d,])"), _decimal),
    (re.compile(r"(?<![\d.,])(\d{1,2})\.(?=\s[^\W\d])"), _ordinal),
    (
        re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)"),
        lambda found, language: cardinal(int(found[0].replace(".", "")), language),
    ),
    (re.compile(r"\d+(?:[ /-]{1,3}\d+)*"), _number),
)
