"""German verbs that come apart: "Wie melde ich mein Auto um?" asks about "ummelden", and titles say it in one word."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.own_yaml import read_yaml


def join_separable(text: str) -> str:
    """The text with the parts of its separable verbs put together at the particle's place; else as it was.

    An infinitive loses its "zu": "abzumelden" becomes "abmelden".
    """
    return _infinitive().sub(r"\g<particle>\g<verb>", _pattern().sub(_joined, text))


def _joined(match: re.Match[str]) -> str:
    infinitive = _verbs()[match["stem"].lower()]
    return f"{match['between']} {match['particle'].lower()}{infinitive}"


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(files("knowledge").joinpath("verbs.yaml").read_text(encoding="utf-8"))
    return loaded


def _verbs() -> dict[str, str]:
    verbs: dict[str, str] = _data()["verbs"]
    return verbs


@lru_cache(maxsize=1)
def _infinitive() -> re.Pattern[str]:
    particles, verbs = "|".join(_data()["particles"]), "|".join(sorted(set(_verbs().values())))
    return re.compile(rf"\b(?P<particle>{particles})zu(?P<verb>{verbs})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    stems = "|".join(sorted(_verbs(), key=len, reverse=True))
    particles = "|".join(_data()["particles"])
    # The particle ends its clause: before punctuation, a conjunction, or nothing more.
    ends = r"(?=\s*(?:$|[.,;:?!]|\s(?:und|oder|wenn|weil)\b))"
    return re.compile(
        rf"\b(?P<stem>{stems})(?:e|t|est|st|en)?\b(?P<between>(?:\s+(?!(?:und|oder)\b)[^\s.,;:?!]+){{0,7}}?)"
        rf"\s+(?P<particle>{particles})\b{ends}",
        re.IGNORECASE,
    )
