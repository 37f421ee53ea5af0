"""Status codes: what they look like, and how they are found in what people type or say.

Twelve letters and digits carry 60 bits, a thirteenth is computed from them: ``K7RM-4XQ2-9TPA-F``. The alphabet leaves
out letters that are taken for others; where somebody writes one all the same, it counts as what it is taken for.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 characters, so that each carries five bits."""
PLACEHOLDER = "[CODE]"
"""What stands in stored texts where a code was."""

_SYMBOLS = 12
_GROUP = 4
# What looks or sounds the same: on a Latin keyboard, and letters of a Cyrillic one.
_TAKEN_FOR = str.maketrans("OILUАВЕКМНРСТХОІУЗ", "011VABEKMHPCTX01Y3")
_SAME = "A-Za-z0-9АВЕКМНРСТХОІУЗавекмнрстхоіуз٠-٩۰-۹"
_ONE = f"[{_SAME}]"
_BETWEEN = r"[\s._/·:‐-―-]{0,3}"
# In groups of four, or letter by letter; anything looser would find codes in ordinary words.
_GROUPED = rf"(?:{_ONE}{{{_GROUP}}}{_BETWEEN}){{3}}{_ONE}"
_SPELT = rf"(?:{_ONE}[\s,.·-]{{1,3}}){{{_SYMBOLS}}}{_ONE}"
_CODE = re.compile(rf"(?<![\w])(?:{_GROUPED}|{_SPELT})(?![\w])")


@dataclass(frozen=True, slots=True)
class StatusCode:
    """A well-formed code; ``symbols`` are its thirteen characters. Raises ValueError for what is none."""

    symbols: str

    def __post_init__(self) -> None:
        if not _is_well_formed(self.symbols):
            raise ValueError("not a status code")

    def __str__(self) -> str:
        """The code in groups, as it is shown."""
        return "-".join(self.groups)

    @property
    def groups(self) -> tuple[str, ...]:
        """Its groups, as they are read out."""
        return tuple(self.symbols[at : at + _GROUP] for at in range(0, len(self.symbols), _GROUP))

    @classmethod
    def of_number(cls, number: int) -> "StatusCode | None":
        """The code that carries the lowest 60 bits of a number; None where it would look like a word or a number.

        Of all numbers, one in fourteen is refused: a code has two digits and two letters at least.
        """
        values = [number >> (5 * place) & 31 for place in reversed(range(_SYMBOLS))]
        symbols = "".join(ALPHABET[value] for value in values) + ALPHABET[_check(values)]
        return cls(symbols) if _is_mixed(symbols) else None

    @classmethod
    def read(cls, text: str) -> "StatusCode | None":
        """The code that a text is, whatever stands between its characters; None where it is none."""
        symbols = "".join(_normal(text))
        return cls(symbols) if _is_well_formed(symbols) else None


def find_code(text: str) -> StatusCode | None:
    """The first code in what somebody wrote."""
    return next((code for _, code in _found(text)), None)


def without_code(text: str) -> str:
    """The text with a placeholder for every code in it, as it may be kept."""
    for match, _ in reversed(tuple(_found(text))):
        text = text[: match.start()] + PLACEHOLDER + text[match.end() :]
    return text


def _found(text: str) -> Iterator[tuple[re.Match[str], StatusCode]]:
    for match in _CODE.finditer(text):
        if code := StatusCode.read(match[0]):
            yield match, code


def _normal(text: str) -> Iterator[str]:
    """The characters of a text that count, as the alphabet writes them."""
    for character in unicodedata.normalize("NFKC", text).upper():
        if (digit := unicodedata.digit(character, None)) is not None:
            yield str(digit)
        elif character.isalnum():
            yield character.translate(_TAKEN_FOR)


def _is_well_formed(symbols: str) -> bool:
    if len(symbols) != _SYMBOLS + 1 or not set(symbols) <= set(ALPHABET) or not _is_mixed(symbols):
        return False
    values = [ALPHABET.index(symbol) for symbol in symbols]
    return _check(values[:-1]) == values[-1]


def _is_mixed(symbols: str) -> bool:
    digits = sum(symbol.isdigit() for symbol in symbols[:_SYMBOLS])
    return 2 <= digits <= _SYMBOLS - 2


def _check(values: list[int]) -> int:
    """The parity of a Reed-Solomon code over GF(32): one wrong or any two exchanged characters are always noticed."""
    check = 0
    for value in values:
        check = _doubled(check ^ value)
    return check


def _doubled(value: int) -> int:
    """Multiplied by the generator x of GF(32) = GF(2)[x] / (x⁵ + x² + 1)."""
    return value << 1 ^ (0b100101 if value & 0b10000 else 0)
