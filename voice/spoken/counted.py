"""All numbers that are not dates, times, money or telephone numbers."""

import re
from functools import cache

from assistant.model import Language
from voice.spoken.numbers import MOST, cardinal, counting, decimal, digits, ordinal, year
from voice.spoken.words import any_of, words

_GERMAN = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_ENGLISH = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = {Language.DE: _GERMAN, Language.EN: _ENGLISH}
_ENGLISH_ORDINAL = re.compile(r"(?<![\d.,])(\d{1,3})(?:st|nd|rd|th)\b")
_SLASH = re.compile(r"(?<=\d)\s?/\s?(?=\d)")
_GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))")
_CODE = re.compile(r"(?<![\w])(?=\w*\d)(?=\w*[A-Za-zÄÖÜäöü])(\w+)(?!\w)")
_HOUSE = re.compile(r"(\d{1,4})([a-zA-Z])")
_LEVEL = re.compile(r"([A-ZÄÖÜ]{1,3})(\d{1,3})")
_SUFFIXED = re.compile(r"(\d{1,4})(er|ern|ers|x|mal|fach|jährig\w*|tägig\w*|monatig\w*|stündig\w*)")
_DOTTED = re.compile(r"(?<![\d.,])\d+(?:\.\d+)+(?!\d)")
_A_TIME = re.compile(r"(?<=[a-z])/(?=(?:Monat|Jahr|Tag|Woche|Stunde|month|year|day|week|hour)\b)")
_BEFORE_NOUN = re.compile(r"\s([^\W\d_]+)")


def say_ranges(text: str, language: Language) -> str:
    """Reads "10-15" as "10 bis 15", "49/50" as "49, 50", "60+" as "60 plus", "3 x" as "3 mal"."""
    table = words(language)["numbers"]
    number = _NUMBER[language]
    text = _GROUPED.sub("." if language is Language.DE else ",", text)
    text = re.sub(rf"(?<![\d.,\w-])({number}[a-z]?)\s?-\s?({number}[a-z]?)(?![\d\w])", rf"\1 {table['to']} \2", text)
    text = _SLASH.sub(", ", text)
    text = re.sub(r"(?<=\d)\s?\+(?!\d)", f" {table['plus']}", text)
    return re.sub(r"(?<=\d)\s?[x×](?=\s)", f" {table['times']}", text)


def say_units(text: str, language: Language) -> str:
    """Reads "80 m²" as "80 Quadratmeter"; the number itself is left to the next step."""
    units = words(language)["units"]
    number = _NUMBER[language]
    found = re.compile(rf"(?<!\w)({number})\s?({any_of(units)})(?![\w²³])")
    text = found.sub(lambda match: f"{match[1]} {units[match[2]]}", text)
    return _A_TIME.sub(f" {words(language)['marks']['per']} ", text)


def say_numbers(text: str, language: Language) -> str:
    """The text with every figure that is left in words."""
    if language is Language.EN:
        text = _ENGLISH_ORDINAL.sub(lambda match: ordinal(int(match[1]), language), text)
    text = _CODE.sub(lambda match: _code(match[1], language), text)
    found = re.compile(rf"(?<![\d.,])(?:{_NUMBER[language]})(?![.,]?\d)")
    text = found.sub(lambda match: _number(match, language), text)
    text = _DOTTED.sub(lambda match: _dotted(match[0], language), text)
    return re.sub(r"\d+", lambda match: digits(match[0], language), text)


def _number(match: re.Match[str], language: Language) -> str:
    grouping, point = (".", ",") if language is Language.DE else (",", ".")
    whole, _, places = match[0].replace(grouping, "").partition(point)
    number = int(whole)
    if number > MOST:
        return digits(whole + places, language)
    if places:
        return decimal(number, places, language)
    if number == 1 and language is Language.DE:
        return _one(match)
    is_plain = grouping not in match[0] and len(whole) == 4
    if is_plain and 1100 <= number <= 2099 and (language is Language.EN or number < 2000):
        return year(number, language)
    return cardinal(number, language)


def _one(match: re.Match[str]) -> str:
    """Reads "eins", or "ein", "eine", "einem" before what is counted."""
    noun = _BEFORE_NOUN.match(match.string[match.end() :])
    gender = noun and next((one for one, nouns in _counted().items() if noun[1] in nouns), None)
    if not gender:
        return "eins"
    before = match.string[: match.start()].split()
    last = before[-1].lower() if before else ""
    table = words(Language.DE)["one"]
    if last in table["dative"]:
        return {"m": "einem", "f": "einer", "n": "einem"}[gender]
    if last in table["accusative"]:
        return {"m": "einen", "f": "eine", "n": "ein"}[gender]
    return "eine" if gender == "f" else "ein"


@cache
def _counted() -> dict[str, frozenset[str]]:
    table = words(Language.DE)["one"]
    return {gender: frozenset(table[gender]) for gender in "mfn"}


def _code(word: str, language: Language) -> str:
    """Reads "24a", "B1", "90er"; anything else of letters and digits is spelled."""
    if house := _HOUSE.fullmatch(word):
        return f"{cardinal(int(house[1]), language)} {house[2].upper()}"
    if level := _LEVEL.fullmatch(word):
        return f"{' '.join(level[1])} {cardinal(int(level[2]), language)}"
    if language is Language.DE and (suffixed := _SUFFIXED.fullmatch(word)):
        return counting(int(suffixed[1]), language) + suffixed[2].replace("x", "mal")
    if not re.search(r"[a-zäöü]{2}", word):
        return " ".join(digits(one, language) if one.isdigit() else one.upper() for one in word)
    parts = re.findall(r"\d+|[^\W\d_]+", word)
    return " ".join(cardinal(int(part), language) if part.isdigit() and int(part) <= MOST else part for part in parts)


def _dotted(number: str, language: Language) -> str:
    """The number of a field, "3.1.2", as "drei Punkt eins Punkt zwei"."""
    dot = f" {words(language)['numbers']['dot']} "
    parts = number.split(".")
    return dot.join(cardinal(int(part), language) if int(part) <= MOST else digits(part, language) for part in parts)
