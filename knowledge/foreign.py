"""Questions that no municipal office answers: what the search must not find anything for."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from assistant.model import Language
from assistant.own_yaml import read_yaml

# One in so many is not learned: the calibration asks it.
_HELD_OUT = 4


@lru_cache(maxsize=1)
def foreign_questions() -> Mapping[Language, Sequence[str]]:
    """All of them by language, from foreign.yaml."""
    data = read_yaml(files("knowledge").joinpath("foreign.yaml").read_text(encoding="utf-8"))
    return {Language(code): tuple(texts) for code, texts in data.items()}


def learned_foreign_questions() -> Iterator[tuple[Language, str]]:
    """Those to learn from."""
    return ((language, text) for place, language, text in _placed() if place % _HELD_OUT)


def calibration_foreign_questions() -> Iterator[tuple[Language, str]]:
    """Those kept for calibration."""
    return ((language, text) for place, language, text in _placed() if not place % _HELD_OUT)


def _placed() -> Iterator[tuple[int, Language, str]]:
    for language, texts in foreign_questions().items():
        yield from ((place, language, text) for place, text in enumerate(texts))
