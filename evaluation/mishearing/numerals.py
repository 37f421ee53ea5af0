"""Numbers in words, as callers say them in German and English."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.model import Language

_MOST = 999_999_999


@cache
def words_of(language: Language) -> dict[str, Any]:
    """The words of a language that stand for figures and signs."""
    data = tomllib.loads(files(__package__).joinpath("numerals.toml").read_text(encoding="utf-8"))
    return dict(data[language])


def cardinal(number: int, language: Language) -> str:
    """0 to 999,999,999: "zweihundertfünf", "two hundred five"; raises ValueError beyond."""
    if not 0 <= number <= _MOST:
        raise ValueError(f"{number} is not said in words")
    return _CARDINALS[language](number)


def ordinal(number: int, language: Language, *, is_declined: bool = False) -> str:
    """The so-and-so-manyth; ``is_declined``: after a preposition ("am dritten", else "dritter")."""
    irregular: dict[str, str] = words_of(language)["ordinals"]
    if language is Language.EN:
        before, _, last = cardinal(number, language).rpartition(" ")
        regular = f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th"
        return f"{before} {irregular.get(str(number if number < 20 else number % 10), regular)}".strip()
    stem = irregular.get(str(number)) or cardinal(number, language) + ("t" if number < 20 else "st")
    return f"{stem}{'en' if is_declined else 'er'}"


def year(number: int, language: Language) -> str:
    """A year: "neunzehnhundertfünfundachtzig", "nineteen eighty five"; from 2000 on as a number."""
    century, rest = divmod(number, 100)
    if not 11 <= century <= 19:
        return cardinal(number, language)
    if language is Language.EN:
        return f"{cardinal(century, language)} {cardinal(rest, language) if rest else 'hundred'}"
    return f"{cardinal(century, language)}{words_of(language)['hundred']}{cardinal(rest, language) if rest else ''}"


def digits(figures: str, language: Language) -> str:
    """Figure by figure: "null vier zwei eins"."""
    return " ".join(_units(language)[int(figure)] for figure in figures)


def _units(language: Language) -> list[str]:
    return list(words_of(language)["units"].split())


def _german(number: int) -> str:
    own = words_of(Language.DE)
    million, below = divmod(number, 1_000_000)
    one, many = own["million"].split()
    lead = f"{'eine' if million == 1 else _german(million)} {one if million == 1 else many} " if million else ""
    thousand, rest = divmod(below, 1000)
    thousands = (_joined(thousand) if thousand > 1 else "ein") + own["thousand"] if thousand else ""
    if not (lead or thousands or rest):
        return _units(Language.DE)[0]
    return (lead + thousands + (_joined(rest, is_last=True) if rest else "")).strip()


def _joined(number: int, *, is_last: bool = False) -> str:
    """1 to 999 as one German word; "eins" only where nothing follows."""
    own, units, tens = words_of(Language.DE), _units(Language.DE), words_of(Language.DE)["tens"].split()
    hundreds, rest = divmod(number, 100)
    lead = f"{'ein' if hundreds == 1 else units[hundreds]}{own['hundred']}" if hundreds else ""
    if rest == 1:
        return lead + (units[1] if is_last else "ein")
    if rest < 20:
        return lead + (units[rest] if rest else "")
    ten, unit = divmod(rest, 10)
    before = f"{'ein' if unit == 1 else units[unit]}und" if unit else ""
    return f"{lead}{before}{tens[ten - 2]}"


def _english(number: int) -> str:
    own, units, tens = words_of(Language.EN), _units(Language.EN), words_of(Language.EN)["tens"].split()
    for size, name in ((1_000_000, "million"), (1000, own["thousand"]), (100, own["hundred"])):
        if number >= size:
            many, rest = divmod(number, size)
            return f"{_english(many)} {name}" + (f" {_english(rest)}" if rest else "")
    if number < 20:
        return units[number]
    ten, unit = divmod(number, 10)
    return f"{tens[ten - 2]} {units[unit] if unit else ''}".strip()


_CARDINALS: dict[Language, Callable[[int], str]] = {Language.DE: _german, Language.EN: _english}
