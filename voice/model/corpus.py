"""The sentences a language model learns from: those it is given, and what callers say besides.

Words are what is said between pauses, in small letters: ``Kfz-Schein`` is ``kfz schein``.
"""

import random
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_GERMAN = Path(__file__).with_name("german.toml")
_WORD = re.compile(r"[^\W\d_]+")
_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCES_OF_A_FRAME = 60
_YEARS = ("neunzehnhundert", "zweitausend")


def words_of(text: str) -> list[str]:
    """The words of a text as a recogniser writes them; nothing of a text with figures, said in more than one way."""
    return [] if re.search(r"\d", text) else [word.lower() for word in _WORD.findall(text)]


def corpus_of(sentences: Iterable[str], seed: int) -> list[str]:
    """Every sentence once, as words with spaces, with what callers say besides; the same for the same seed."""
    said = (" ".join(words_of(sentence)) for sentence in [*sentences, *caller_phrases(seed)])
    return list(dict.fromkeys(sentence for sentence in said if sentence))


def caller_phrases(seed: int) -> list[str]:
    """Yes and no, wishes for the talk itself, digits, dates, amounts, spelled names, and every word of the lists."""
    drawn = random.Random(seed)  # noqa: S311 – no secret
    german = _german()
    lists = _lists(german)
    filled = [
        _SLOT.sub(lambda slot: drawn.choice(lists[slot[1]]), frame)
        for frame in german["frames"]
        for _ in range(_SENTENCES_OF_A_FRAME if _SLOT.search(frame) else 1)
    ]
    return [*german["phrases"], *filled, *(entry for entries in lists.values() for entry in entries)]


def numbers_to_99(german: Mapping[str, Sequence[str]]) -> list[str]:
    """The German number words from zero to ninety-nine, in order."""
    units = german["units"]
    low = ["null", "eins", *units[1:], *german["teens"]]
    return low + [f"{unit}und{ten}" if unit else ten for ten in german["tens"] for unit in ("", *units)]


def _lists(german: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    numbers = numbers_to_99(german)
    hundreds = [f"{unit}hundert" for unit in ("", *german["units"])]
    ordinals = [*german["ordinals"], *(f"{word}te" for word in numbers[13:20])]
    ordinals += [f"{word}ste" for word in numbers[20:32]]
    return {
        **{name: german[name] for name in ("letter", "spelled", "name", "street", "day", "month", "digit")},
        "number": numbers,
        "hundred": [*hundreds, *(f"{hundred}{ten}" for hundred in hundreds[1:] for ten in german["tens"])],
        "thousand": [f"{unit}tausend" for unit in ("", *german["units"])],
        "ordinal": [form for word in ordinals for form in (word, f"{word}n", f"{word}r")],
        "year": [f"{century} {number}" for century in _YEARS for number in numbers[1:]],
    }


@cache
def _german() -> dict[str, Any]:
    return tomllib.loads(_GERMAN.read_text(encoding="utf-8"))
