"""Numbers in words: cardinals, ordinals, years, decimals, single digits."""

from functools import lru_cache

from assistant.model import Language
from voice.spoken.words import words

MOST = 999_999_999
"""The largest number that is said as one; longer ones are read digit by digit."""


@lru_cache(maxsize=4096)
def cardinal(number: int, language: Language) -> str:
    """The number in words, standing alone ("eins", "einundzwanzig"); from 0 to MOST."""
    if not 0 <= number <= MOST:
        raise ValueError(f"no words for {number}")
    return _german(number) if language is Language.DE else _english(number)


def counting(number: int, language: Language) -> str:
    """The number as it stands before what is counted: "ein", "einhundertein"."""
    said = cardinal(number, language)
    return said[:-1] if language is Language.DE and said.endswith("eins") else said


def ordinal(number: int, language: Language, ending: str = "e") -> str:
    """The ordinal: "erste", "zweiter", "dritten" by its German ending; "first", "twenty-second" in English."""
    if language is not Language.DE:
        return _english_ordinal(number)
    rest = number % 100
    if rest in _GERMAN_STEMS or 1 <= rest <= 19:
        stem = _GERMAN_STEMS.get(rest) or f"{_german(rest)}t"
        return f"{_german(number - rest) if number > rest else ''}{stem}{ending}"
    return f"{_german(number)}st{ending}"


def year(number: int, language: Language) -> str:
    """The number as a year: "neunzehnhundertachtundneunzig", "twenty twenty-six"."""
    century, rest = divmod(number, 100)
    if language is Language.DE:
        if not 11 <= century <= 19:
            return _german(number)
        return f"{_german(century)}hundert{_german(rest) if rest else ''}"
    if not 10 <= century <= 99 or (century % 10 == 0 and rest < 10):
        return _english(number)
    if rest == 0:
        return f"{_english(century)} hundred"
    return f"{_english(century)} {f'oh {_english(rest)}' if rest < 10 else _english(rest)}"


def decimal(whole: int, places: str, language: Language) -> str:
    """A number with decimal places, each of them read alone: "zwei Komma fünf"."""
    return f"{cardinal(whole, language)} {words(language)['numbers']['point']} {digits(places, language)}"


def digits(text: str, language: Language) -> str:
    """Each digit by its name: "null vier zwei eins"; other characters are passed over."""
    return " ".join(cardinal(int(one), language) for one in text if one.isdigit())


_GERMAN_STEMS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
_ENGLISH_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def _german(number: int) -> str:
    table = words(Language.DE)["numbers"]
    if number < 20:
        return str(table["units"][number])
    if number < 100:
        ten, unit = divmod(number, 10)
        before = f"{_joined(unit)}und" if unit else ""
        return f"{before}{table['tens'][ten]}"
    for size, name in ((1_000_000, ""), (1_000, "tausend"), (100, "hundert")):
        count, rest = divmod(number, size)
        if count and size == 1_000_000:
            millions = "eine Million" if count == 1 else f"{_joined(count)} Millionen"
            return f"{millions} {_german(rest)}" if rest else millions
        if count:
            return f"{_joined(count)}{name}{_german(rest) if rest else ''}"
    raise AssertionError(number)


def _joined(number: int) -> str:
    """As the first part of a longer word: "ein" for one."""
    said = _german(number)
    return said[:-1] if said.endswith("eins") else said


def _english(number: int) -> str:
    table = words(Language.EN)["numbers"]
    if number < 20:
        return str(table["units"][number])
    if number < 100:
        ten, unit = divmod(number, 10)
        return f"{table['tens'][ten]}-{table['units'][unit]}" if unit else str(table["tens"][ten])
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        count, rest = divmod(number, size)
        if count:
            joint = " and " if rest < 100 else " "
            return f"{_english(count)} {name}{joint + _english(rest) if rest else ''}"
    raise AssertionError(number)


def _english_ordinal(number: int) -> str:
    said = _english(number)
    cut = max(said.rfind(" "), said.rfind("-")) + 1
    head, last = said[:cut], said[cut:]
    if last in _ENGLISH_ORDINALS:
        return head + _ENGLISH_ORDINALS[last]
    return f"{head}{last[:-1]}ieth" if last.endswith("y") else f"{head}{last}th"
