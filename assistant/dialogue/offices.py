"""An office that is asked for by its own name: "Wann hat das Standesamt Bremerhaven geöffnet?"."""

import re
from collections.abc import Iterable

from assistant.model import Office

_WORD = re.compile(r"[^\W\d_]{3,}")
_TELLING = 6


def named_office(text: str, offices: Iterable[Office], city: str) -> Office | None:
    """The office whose name stands in the text; the one with the longest name where several do.

    The city's own name may be left out ("Standesamt Mitte" for "Standesamt Bremen-Mitte").
    """
    said = _words(text)
    found: list[tuple[int, Office]] = []
    for office in offices:
        for name in (office.name, office.short_name or ""):
            needed = _words(name) - _words(city)
            if needed <= said and any(len(word) >= _TELLING for word in needed):
                found.append((len(needed), office))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
