"""Offices that are asked for by name: "Wann hat das Standesamt Bremerhaven geöffnet?", "Bürgeramt Vegesack"."""

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.model import Office

_WORD = re.compile(r"[^\W\d_]{3,}")
_TELLING = 6
_MOST = 3


def named_offices(text: str, offices: Iterable[Office], city: str, area: str) -> tuple[Office, ...]:
    """The offices whose name or alias stands in the text, at most three; those named most exactly, else of the area.

    The city's own name may be left out ("Standesamt Mitte" for "Standesamt Bremen-Mitte").
    """
    said = _words(text)
    found = [(exactness, office) for office in offices if (exactness := _exactness(office, said, city))]
    best = max((exactness for exactness, _ in found), default=0)
    named = [office for exactness, office in found if exactness == best]
    near = [office for office in named if not office.areas or area in office.areas]
    return tuple((near or named)[:_MOST])


def _exactness(office: Office, said: frozenset[str], city: str) -> int:
    """How many words of the best name of the office were said, all of them; none where no name was said whole."""
    names = (_name_words(name) - _name_words(city) for name in (office.name, office.short_name or "", *office.aliases))
    return max((len(name) for name in names if name <= said and any(len(word) >= _TELLING for word in name)), default=0)


@lru_cache(maxsize=4096)
def _name_words(name: str) -> frozenset[str]:
    """Those of an office's name, which are the same at every question."""
    return _words(name)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
