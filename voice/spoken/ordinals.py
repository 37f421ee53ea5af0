"""German ordinals and the endings that their neighbours ask for."""

import re
from functools import cache

from assistant.model import Language
from voice.spoken.numbers import ordinal
from voice.spoken.words import words

_WORD = re.compile(r"[^\W\d_]+")
_STRONG_DATIVE = frozenset({"ab", "seit", "nach", "vor", "mit", "von", "in", "bei", "aus", "zu"})
_DATIVE = {"m": "em", "f": "er", "n": "em"}
_ACCUSATIVE = {"m": "en", "f": "e", "n": "es"}
_NOMINATIVE = {"m": "er", "f": "e", "n": "es"}
_NUMBERED = re.compile(r"(?<![\d.,])(\d{1,3})\.(?=\s+(?:(?:und|oder|bis|-)\s+\d{1,3}\.\s+)?([^\W\d_]+))")


def say_ordinals(text: str) -> str:
    """Reads "2. Klasse" as "zweite Klasse"; a figure that ends a sentence keeps its full stop and stays."""

    def said(match: re.Match[str]) -> str:
        before = text[: match.start()]
        ending = _ending(before, match[2])
        return match[0] if ending is None else ordinal(int(match[1]), Language.DE, ending)

    return _NUMBERED.sub(said, text)


def day_ending(before: str) -> str:
    """The ending of a day of a month after that text: "am ersten", "der erste", "erster"."""
    near = _WORD.findall(before[-40:].lower())[-3:]
    table = _ordinals()
    if near and near[-1] in ("der", "das"):
        return "e"
    return "en" if near and _is_oblique(near, table) else "er"


def _is_oblique(near: list[str], table: dict[str, frozenset[str]]) -> bool:
    if near[-1] in table["oblique"] | table["prepositions"]:
        return True
    # "am Montag, 1. März": the weekday stands in between.
    weekdays = {day.lower() for day in words(Language.DE)["calendar"]["weekdays"]}
    return near[-1] in weekdays and len(near) > 1 and near[-2] in table["oblique"] | table["prepositions"]


def _ending(before: str, after: str) -> str | None:
    """The ending of an ordinal between two texts; None where the figure is none but ends a sentence."""
    table = _ordinals()
    near = _WORD.findall(before[-40:].lower())
    last = near[-1] if near and before.rstrip()[-1:].isalpha() else ""
    gender = next((one for one in "mfn" if after in table[one]), None)
    if last in table["oblique"]:
        return "en"
    if last in table["weak"]:
        return "e"
    if last == "der":
        return "en" if gender == "f" or (len(near) > 1 and near[-2] in table["before_der"]) else "e"
    if gender is None and after[0].isupper() and last != "ein" and before.strip():
        return None
    if last in _STRONG_DATIVE:
        return _DATIVE[gender or "m"]
    return (_ACCUSATIVE if last in table["prepositions"] else _NOMINATIVE)[gender or "m"]


@cache
def _ordinals() -> dict[str, frozenset[str]]:
    return {key: frozenset(entries) for key, entries in words(Language.DE)["ordinals"].items()}
