"""Whether a translation says what its original says: the same figures, months, addresses and office names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.model.figures import counted_figures

_LINK = re.compile(r"\]\(([^)\s]+)\)|(https?://[^\s)]+[^\s).,;:])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


def differences(original: str, translation: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What the two do not have in common, in words for an editor; empty for a faithful translation.

    Compared are figures by value and number of times, months beside a figure, links and e-mail addresses, and those
    of ``names`` (of offices) that stand in the original. A number written as a word is not seen.
    """
    return (
        *_of_figures(original, translation),
        *_of_links(original, translation),
        *_lost(original, translation, names),
    )


def _of_figures(original: str, translation: str) -> Iterator[str]:
    there, here = counted_figures(_without_links(original)), counted_figures(_without_links(translation))
    yield from _told("missing", there - here)
    yield from _told("added", here - there)


def _of_links(original: str, translation: str) -> Iterator[str]:
    there, here = set(_links(original)), set(_links(translation))
    yield from (f"missing {link}" for link in sorted(there - here))
    yield from (f"added {link}" for link in sorted(here - there))


def _lost(original: str, translation: str, names: Iterable[str]) -> Iterator[str]:
    yield from (f"missing {name}" for name in names if name in original and name not in translation)


def _told(what: str, figures: Counter[str]) -> Iterator[str]:
    yield from (f"{what} {figure}" for figure in sorted(figures.elements()))


def _links(text: str) -> Iterator[str]:
    return (next(filter(None, match.groups())) for match in _LINK.finditer(text))


def _without_links(text: str) -> str:
    return _LINK.sub(" ", text)
