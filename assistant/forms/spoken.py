"""Words around a value, in every language at once, and texts without what only looks different."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_SAME = str.maketrans({
    "ı": "i", "ł": "l", "đ": "d", "ø": "o", "ة": "ه", "ۀ": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": "",
    "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u061c": "", "’": "'",
})  # fmt: skip
_LETTER_APOSTROPHE = re.compile(r"(?<=[\u0400-\u04ff])['’ʼ`](?=[\u0400-\u04ff])")  # пʼять
_PERSIAN_VERB = re.compile(r"(?<!\w)(ن?مي) (?=[^\W\d_])")  # "می کنم" is "می‌کنم" and "میکنم"
_WORD = re.compile(r"[^\W_]+")
_MARKS = {"Mn", "Cf"}


def fold(text: str) -> str:
    """The text in small letters without accents, vowel signs and forms of letters; digits as 0–9."""
    plain = ascii_digits(joined(text)).casefold().translate(_SAME)
    bare = "".join(one for one in unicodedata.normalize("NFKD", plain) if unicodedata.category(one) not in _MARKS)
    return _PERSIAN_VERB.sub(r"\1", bare.translate(_SAME))


def joined(text: str) -> str:
    """The text without the apostrophe within Ukrainian words."""
    return _LETTER_APOSTROPHE.sub("", text)


def ascii_digits(text: str) -> str:
    """The same with Arabic, Persian and other digits as 0–9."""
    return "".join(one if (digit := unicodedata.decimal(one, None)) is None else str(digit) for one in text)


@lru_cache(maxsize=1 << 14)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORD.findall(fold(text)))


def clauses(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each clause; clauses end at a sign, and before a "but"."""
    made: list[list[str]] = []
    for part in re.split(r"[,;.:!?،؛؟\n–—]+", text):
        made.append([])
        for word in tokens(part):
            if word in among("but"):
                made.append([])
            else:
                made[-1].append(word)
    return tuple(tuple(words) for words in made if words)


def is_negated(words: Iterable[str]) -> bool:
    """Whether something is denied by words of one clause."""
    said = tuple(words)
    return bool(among("negations") & set(said)) or _negated().search(f" {' '.join(said)} ") is not None


@lru_cache(maxsize=1 << 12)
def is_negation(word: str) -> bool:
    """Whether a word denies by itself, as ``kein`` or a Turkish verb does."""
    return is_negated((word,))


@cache
def among(key: str) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(word for told in _table()[key].split() for word in tokens(told))


@cache
def within(section: str, key: str) -> frozenset[str]:
    """The words of a list in a section, folded."""
    return frozenset(word for told in _table()[section][key].split() for word in tokens(told))


@cache
def phrases(section: str, key: str) -> frozenset[tuple[str, ...]]:
    """The phrases of a list in a section, each as its words."""
    return frozenset(tokens(phrase) for phrase in re.split(r"[|\n]", _table()[section][key]) if phrase.strip())


@cache
def money() -> re.Pattern[str]:
    """A word or sign for euro."""
    named = "|".join(re.escape(word) for word in _table()["money"] if word != "€")
    return re.compile(rf"€|(?<![^\W\d_])(?:{named})(?![^\W\d_])", re.IGNORECASE)


@cache
def valued(section: str) -> Mapping[tuple[str, ...], int]:
    """The value of each phrase of a section that names numbers; phrases are set apart by ``|``, else by blanks."""
    found: dict[tuple[str, ...], int] = {}
    for value, told in _table()[section].items():
        parts = re.split(r"[|\n]", told) if "|" in told else told.split()
        found |= {tokens(part): int(value) for part in parts if part.strip()}
    return found


@cache
def _negated() -> re.Pattern[str]:
    return re.compile(rf"(?<= )(?:{'|'.join(_table()['negated'])})(?= )")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("spoken.toml").read_text(encoding="utf-8"))
