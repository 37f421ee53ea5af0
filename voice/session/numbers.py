"""Numbers as people say them: digit by digit, in blocks, as whole numbers, as dates.

"null vier zwei eins, sechsunddreißig, zehn" → ``0421 36 10`` as the blocks ``0421``, ``36``, ``10``.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.model import Language
from voice.prompts import SPOKEN
from voice.session.commands import plain

_MOST_OF_A_DIGIT = 9


@dataclass(frozen=True, slots=True)
class Dictated:
    """The digits of what was said, perhaps with a leading +, and how many of its words were none of them."""

    digits: str
    strange: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether it was digits and nothing else."""
        return bool(self.digits) and not self.strange


class NumberWords:
    """The numbers of one language."""

    def __init__(self, table: dict[str, Any]) -> None:
        number = table["number"]
        self._values = {name: int(value) for value, names in number["values"].items() for name in names.split(",")}
        self._tens_first: bool = number["tens_first"]
        self._joins = tuple(number["joins"])
        self._hundred, self._thousand = tuple(number["hundred"]), tuple(number["thousand"])
        self._plus = frozenset(number["plus"])
        self._times = dict.fromkeys(number["double"], 2) | dict.fromkeys(number["triple"], 3)
        self._between = frozenset(number["between"])
        self._ordinals = dict(self._ordinals_of(number))
        self._around_days = frozenset(table["around_days"])
        self._months = {name: int(month) for month, names in table["months"].items() for name in names.split(",")}

    @property
    def likely(self) -> tuple[str, ...]:
        """The words of numbers, for the recogniser."""
        return (*self._values, *self._hundred, *self._thousand, *self._plus, *self._times, *self._joins)

    @property
    def digit_names(self) -> tuple[tuple[str, int], ...]:
        """What the ten digits are called, the usual name of each first."""
        return tuple((word, value) for word, value in self._values.items() if value <= _MOST_OF_A_DIGIT)

    def said(self, digits: str) -> str:
        """Digits as they are read out, block by block."""
        names = {str(value): word for word, value in reversed(self.digit_names)}
        names["+"] = min(self._plus)
        return ", ".join(" ".join(names.get(one, one) for one in block) for block in in_blocks(digits))

    def digits(self, text: str) -> Dictated:
        """The digits in their order, each number as it is written ("sechsunddreißig" → 36)."""
        found, strange = [], 0
        for told in self._read(plain(text).split()):
            if isinstance(told, str):
                found.append(told)
            else:
                strange += 1
        return Dictated("".join(found), strange)

    def number(self, text: str) -> int | None:
        """The one whole number that a text is; None where it is none."""
        words = [word for word in plain(text).split() if word not in self._between or word in self._joins]
        return self._whole(words)

    def day(self, text: str) -> date | None:
        """The date that a text tells ("erster Februar neunzehnhundertachtzig"); None where there is none like it."""
        words = [word for word in plain(text).split() if word not in self._around_days]
        for cut in range(1, len(words)):
            day = self._ordinal(words[:cut])
            if day is None:
                continue
            for end in range(cut + 1, len(words) + 1):
                month, year = self._month(words[cut:end]), self._year(words[end:])
                if month is not None and year is not None:
                    return _date(year, month, day)
        return self._month_first(words)

    def _month_first(self, words: Sequence[str]) -> date | None:
        if not words or (month := self._months.get(words[0])) is None:
            return None
        for cut in range(2, len(words)):
            day, year = self._ordinal(words[1:cut]), self._year(words[cut:])
            if day is not None and year is not None:
                return _date(year, month, day)
        return None

    def _month(self, words: Sequence[str]) -> int | None:
        named = self._months.get(words[0]) if len(words) == 1 else None
        return named or self._ordinal(words)

    def _year(self, words: Sequence[str]) -> int | None:
        value = self._whole(words)
        if value is None and len(words) >= 2:
            pairs = self.digits(" ".join(words))
            value = int(pairs.digits) if pairs.is_clear and len(pairs.digits) == 4 else None
        if value is None and words and (found := self.digits(" ".join(words))).is_clear:
            value = int(found.digits)
        return value if value is not None and 1850 <= value <= 2100 else None

    def _ordinal(self, words: Sequence[str]) -> int | None:
        if len(words) == 1 and words[0].isdigit():
            return int(words[0])
        if len(words) == 1 and words[0] in self._ordinals:
            return self._ordinals[words[0]]
        if len(words) == 2 and self._tens_first and words[1] in self._ordinals:
            tens = self._values.get(words[0], 0)
            return tens + self._ordinals[words[1]] if tens in {20, 30} and self._ordinals[words[1]] <= 9 else None
        value = self._whole(words)
        return value if value is not None and value <= 31 else None

    def _ordinals_of(self, number: dict[str, Any]) -> Iterator[tuple[str, int]]:
        endings = number["endings"]["ordinal"]
        stems = {stem: int(value) for value, stems in number["ordinals"].items() for stem in stems.split(",")}
        irregular = set(stems.values())
        for value in range(1, 32):
            for word in self._spelt(value):
                if value not in irregular:
                    yield from ((f"{word}{ending}", value) for ending in endings if ending)
        for stem, value in stems.items():
            yield from ((f"{stem}{ending}", value) for ending in endings)

    def _spelt(self, value: int) -> Iterator[str]:
        """The words of a number below 100 that is one word."""
        yield from (word for word, own in self._values.items() if own == value)
        if value > 20 and value % 10 and not self._tens_first:
            units = [word for word, own in self._values.items() if own == value % 10]
            tens = [word for word, own in self._values.items() if own == value - value % 10]
            yield from (f"{unit}{join}{ten}" for unit in units for join in self._joins for ten in tens)

    def _read(self, words: Sequence[str]) -> Iterator[str | None]:
        """The digits of each number, in order; None for a word that is none."""
        at = 0
        while at < len(words):
            word = words[at]
            if word in self._times and at + 1 < len(words) and (one := self._word(words[at + 1])) is not None:
                yield str(one) * self._times[word]
                at += 2
                continue
            taken, value = self._longest(words, at)
            if taken:
                yield value
                at += taken
                continue
            if word in self._plus:
                yield "+"
            elif word.isdigit():
                yield word
            elif word not in self._between:
                yield None
            at += 1

    def _longest(self, words: Sequence[str], at: int) -> tuple[int, str]:
        """How many words from there are one number, and its digits."""
        for count in range(min(5, len(words) - at), 0, -1):
            part = words[at : at + count]
            value = self._whole(part) if count > 1 else self._word(part[0])
            if value is not None:
                return count, str(value)
        return 0, ""

    def _whole(self, words: Sequence[str]) -> int | None:
        """One number of several words: "sechs und dreißig", "thirty six", "zwei tausend sechs und zwanzig"."""
        if len(words) == 1:
            return self._word(words[0])
        for marks, size in ((self._thousand, 1000), (self._hundred, 100)):
            for at, word in enumerate(words):
                if word in marks:
                    return self._around(words, at, size)
        values = [self._word(word) for word in words if word not in self._joins]
        is_joined = any(word in self._joins for word in words[1:-1])
        match values:
            case [int(unit), int(tens)] if is_joined and not self._tens_first and _pair(tens, unit):
                return tens + unit
            case [int(tens), int(unit)] if self._tens_first and _pair(tens, unit):
                return tens + unit
        return self._word("".join(words))

    def _around(self, words: Sequence[str], at: int, size: int) -> int | None:
        before = self._whole(words[:at]) if at else 1
        rest = words[at + 1 :]
        if rest and rest[0] in self._joins:
            rest = rest[1:]
        after = self._whole(rest) if rest else 0
        if before is None or after is None or after >= size or not 0 < before < (100 if size == 100 else 1000):
            return None
        return before * size + after

    def _word(self, word: str) -> int | None:
        """A number written as one word: "zweitausendsechsundzwanzig"."""
        if word in self._values:
            return self._values[word]
        for marks, size in ((self._thousand, 1000), (self._hundred, 100)):
            for mark in marks:
                left, found, right = word.partition(mark)
                if found:
                    return self._compound(left, right, size)
        return self._tens(word)

    def _compound(self, left: str, right: str, size: int) -> int | None:
        before = self._word(left) if left else 1
        for join in self._joins:
            right = right.removeprefix(join)
        after = self._word(right) if right else 0
        if before is None or after is None or after >= size or not before:
            return None
        return before * size + after

    def _tens(self, word: str) -> int | None:
        for join in () if self._tens_first else self._joins:
            unit, found, tens = word.rpartition(join)
            if found and _pair(self._values.get(tens, 0), self._values.get(unit, 0)):
                return self._values[tens] + self._values[unit]
        return None


@cache
def numbers_of(language: Language) -> NumberWords:
    """The numbers of a language; in one the line does not speak, of German."""
    return NumberWords(dictation_of(language))


@cache
def dictation_of(language: Language) -> dict[str, Any]:
    """The table of how numbers and letters are said."""
    spoken = language if language in SPOKEN else Language.DE
    return tomllib.loads(files("voice").joinpath("data", f"dictation.{spoken}.toml").read_text(encoding="utf-8"))


def in_blocks(digits: str, size: int = 3) -> tuple[str, ...]:
    """Digits in the blocks in which they are read back; the last one may be shorter, but is never a single one."""
    blocks = [digits[at : at + size] for at in range(0, len(digits), size)]
    if len(blocks) > 1 and len(blocks[-1]) == 1:
        blocks[-2:] = [blocks[-2] + blocks[-1]]
    return tuple(blocks)


def _pair(tens: int, unit: int) -> bool:
    return tens >= 20 and tens % 10 == 0 and tens < 100 and 0 < unit <= _MOST_OF_A_DIGIT


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
