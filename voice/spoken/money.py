"""Amounts of money: "37,50 Euro" as "siebenunddreißig Euro fünfzig"."""

import re
from functools import cache

from assistant.model import Language
from voice.spoken.numbers import MOST, cardinal, counting
from voice.spoken.words import any_of, words

_GERMAN = r"\d{1,3}(?:\.\d{3})+(?:,\d\d?|,-)?|\d+(?:,\d\d?(?!\d)|,-)?"
_ENGLISH = r"\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+(?:\.\d\d?(?!\d))?"


def say_amount(euros: int, cents: int, language: Language) -> str:
    """The amount in words."""
    table = words(language)["money"]
    whole = f"{counting(euros, language)} {table['euro'] if euros == 1 else table['euros']}"
    if cents == 0:
        return whole
    if euros == 0:
        return f"{counting(cents, language)} {table['cent'] if cents == 1 else table['cents']}"
    return f"{whole} {cardinal(cents, language)}"


def say_money(text: str, language: Language) -> str:
    """The text with all amounts in words, also the first one of "10 bis 15,50 Euro"."""
    span, single = _patterns(language)

    def both(match: re.Match[str]) -> str:
        first, last = _read(match["first"], language), _read(match["last"], language)
        if first is None or last is None:
            return match[0]
        joint = words(language)["numbers"]["to"] if match["joint"] == "-" else match["joint"]
        start = cardinal(first[0], language) if first[1] == 0 else say_amount(*first, language)
        return f"{start} {joint} {say_amount(*last, language)}"

    def one(match: re.Match[str]) -> str:
        amount = _read(match["before"] or match["after"], language)
        return match[0] if amount is None else say_amount(*amount, language)

    return single.sub(one, span.sub(both, text))


def _read(amount: str, language: Language) -> tuple[int, int] | None:
    """Euros and cents; None for more than can be said."""
    grouping, point = (".", ",") if language is Language.DE else (",", ".")
    whole, _, places = amount.replace(grouping, "").partition(point)
    euros = int(whole)
    return None if euros > MOST else (euros, int(places.strip("-").ljust(2, "0") or 0) if places.strip("-") else 0)


@cache
def _patterns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    number = _GERMAN if language is Language.DE else _ENGLISH
    signs = rf"(?:{any_of(words(language)['money']['signs'])})(?![^\W\d_])"
    joint = r"(?P<joint>-|bis zu|bis|und|oder|to|and|or)"
    edge = r"(?<![\d.,§])"
    span = re.compile(
        rf"{edge}(?P<sign>€\s?)?(?P<first>{number})\s?{joint}\s?€?\s?(?P<last>{number})(?(sign)|\s?{signs})"
    )
    single = re.compile(rf"{edge}(?P<before>{number})\s?{signs}|(?:€|EUR)\s?(?P<after>{number})")
    return span, single
