"""The numbers that somebody hears in spoken words: the way back from ``numbers``, for checking what is said."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from assistant.model import Language
from voice.spoken.words import any_of, words

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_GERMAN_ENDING = re.compile(r"(?:e|er|en|em|es)$")
_GERMAN_STEMS = {"erst": 1, "dritt": 3, "siebt": 7, "acht": 8}
_ENGLISH_IRREGULAR = {
    "first": "one", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine", "twelfth": "twelve",
    "second": "two",
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}


def heard_numbers(text: str, language: Language) -> frozenset[int]:
    """Every number from two on that is heard in a text; "ein" and "one" are mostly no numbers."""
    found = _german(text) if language is Language.DE else _english(text)
    return frozenset(number for number in found if number > 1)


def _german(text: str) -> Iterator[int]:
    for word in _WORD.findall(text.lower()):
        for part in word.split("-"):
            value = german_value(part)
            if value is not None:
                yield value


@lru_cache(maxsize=4096)
def german_value(word: str) -> int | None:
    """The value of a German number word up to 999 999, cardinal or ordinal; None for any other word."""
    value = _german_cardinal(word)
    if value is not None:
        return value
    bare = _GERMAN_ENDING.sub("", word)
    for stem, last in _GERMAN_STEMS.items():
        if bare.endswith(stem) and bare != word:
            before = _german_cardinal(bare.removesuffix(stem)) if bare != stem else 0
            return None if before is None else before + last
    cardinals = (_german_cardinal(bare.removesuffix(mark)) for mark in ("t", "st") if bare.endswith(mark))
    return next((number for number in cardinals if number is not None), _german_with_suffix(word))


def _german_with_suffix(word: str) -> int | None:
    """Reads "zweimal", "neunziger", "dreifach"."""
    match = re.fullmatch(r"(.+?)(?:mal|fach|er|jährig\w*|tägig\w*)", word)
    return _german_cardinal(match[1]) if match else None


def _german_cardinal(word: str) -> int | None:
    thousands, rest = _split(word, "tausend", most=999)
    if thousands is None:
        return None
    hundreds, rest = _split(rest, "hundert", most=19)
    below = _german_units().get(rest) if rest else 0
    if hundreds is None or below is None or not word:
        return None
    return thousands * 1000 + hundreds * 100 + below


def _split(word: str, name: str, most: int) -> tuple[int | None, str]:
    """How many of ``name`` a word begins with, and the rest of it; None for something that is no number."""
    head, found, rest = word.partition(name)
    if not found:
        return 0, word
    count = _german_cardinal(head) if head else 1
    return (count if count is not None and count <= most else None), rest.removeprefix("und")


@cache
def _german_units() -> dict[str, int]:
    table = words(Language.DE)["numbers"]
    units = {word: value for value, word in enumerate(table["units"])} | {"ein": 1, "zwo": 2}
    tens = {word: 10 * value for value, word in enumerate(table["tens"]) if word}
    joined = {
        f"{unit}und{ten}": value + high for ten, high in tens.items() for unit, value in units.items() if 0 < value < 10
    }
    return units | tens | joined


def _english(text: str) -> Iterator[int]:
    """The numbers of each run of number words; "twenty twenty-six" is heard as 20, 26 and 2026."""
    for run in _runs(_WORD.findall(text.lower())):
        yield from _read_run(run)


def _runs(said: list[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for word in said:
        parts = [_plain(one) for one in word.split("-")]
        if all(part in _english_units() or part in _SCALES for part in parts):
            run += parts
        elif word == "and" and run and run[-1] in _SCALES:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _plain(word: str) -> str:
    """A number word without the ending of an ordinal."""
    if word in _ENGLISH_IRREGULAR:
        return _ENGLISH_IRREGULAR[word]
    if word.endswith("ieth"):
        return f"{word.removesuffix('ieth')}y"
    return word.removesuffix("th") if word.removesuffix("th") in _english_units() or word[:-2] in _SCALES else word


def _read_run(run: list[str]) -> Iterator[int]:
    total, current, is_open = 0, 0, False
    for word in run:
        if word == "and":
            continue
        if word in _SCALES:
            size = _SCALES[word]
            if size == 100:
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * size, 0
            is_open = True
            continue
        value = _english_units()[word]
        fits = (current % 100 == 0 and is_open) or (20 <= current % 100 <= 90 and current % 10 == 0 and 0 < value < 10)
        if (current or total) and not fits:
            yield total + current
            total, current = 0, 0
        current += value
        is_open = False if current % 100 else is_open
    yield total + current


@cache
def _english_units() -> dict[str, int]:
    table = words(Language.EN)["numbers"]
    units = {word: value for value, word in enumerate(table["units"])}
    return units | {word: 10 * value for value, word in enumerate(table["tens"]) if word} | {"oh": 0}


_ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12}
_ROMANS = re.compile(rf"\b(?:{any_of(_ROMAN)})\b")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def written_numbers(text: str, language: Language) -> frozenset[int]:
    """Every number that may be heard when a written text is read out, whole or in its parts.

    "37,50" may be heard as 37 and 50, "0421" as its digits, "2026" also as 20 and 26, "13:15" also as 1 and 15.
    """
    found: set[int] = set(heard_numbers(text, language))
    for match in _DIGITS.finditer(text):
        for group in (re.sub(r"\D", "", match[0]), *re.findall(r"\d+", match[0])):
            found |= _parts(group)
    found |= {_ROMAN[match] for match in _ROMANS.findall(text)}
    return frozenset(number for number in found if number > 1)


def _parts(group: str) -> set[int]:
    value = int(group)
    parts = {value, value // 1_000_000, value % 1_000_000, *(int(digit) for digit in group)}
    if len(group) == 4:
        parts |= {value // 100, value % 100}
    if len(group) <= 2 and 13 <= value <= 24:
        parts.add(value - 12)
    if len(group) <= 2:
        parts.add(int(group.ljust(2, "0")))  # "37,5" Euro
    return parts
