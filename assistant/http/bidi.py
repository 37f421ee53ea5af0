"""Latin letters and figures within Arabic and Persian text: set apart, so that nothing in them changes places.

The Unicode Bidirectional Algorithm shows "0421 361-0" as "361-0 0421" after an Arabic word, and "28195 Bremen" the
other way round.
"""

import re
from html import escape

_OPEN, _CLOSE = "\u2066", "\u2069"  # left-to-right isolate, pop directional isolate
_MARKED = re.compile(r"[\u2066-\u2068][^\u2069\n]*\u2069")

# Right-to-left letters, and isolates: a line with one is not set apart as a whole.
_NOT_WHOLE = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u2066-\u2069]")

_LATIN = r"A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_PIECE = rf"[{_LATIN}\d]+"
# What may stand between two pieces of one name, address or number.
_SPACE = r"[ \u00a0\u202f]"
_JOINT = rf"(?:{_SPACE}?\(0\){_SPACE}?|://|[.,;:] |{_SPACE}?[-–/&+]{_SPACE}?|{_SPACE}|[.,:@_'’#=?%])"
_CHAIN = rf"{_PIECE}(?:{_JOINT}{_PIECE})*"
_ADDRESS = r"https?://[^\s<>()\u2066-\u2069]*[^\s<>()\u2066-\u2069.,;:!?]"
# Words may have an addition in brackets; after a figure, a bracket belongs to the line around.
_WORDS = rf"[{_LATIN}](?:{_PIECE})?(?:(?:{_JOINT}| ?(?=\())(?:{_PIECE}|\({_CHAIN}\)))*(?:/(?!\w))?"
_RUN = re.compile(rf"{_ADDRESS}|{_WORDS}|(?:\+|§§? ?)?{_CHAIN}")
_LETTER = re.compile(rf"[{_LATIN}§]")
_APART = re.compile(rf"([.,;:] |(?<![-–/&+]){_SPACE}(?![-–/&+]))")
_DIALLED = re.compile(r"(?<!\S)(?:\+|[0٠۰])\d.*")
# One word, or one number ("70,00", "7:30", "1/5/2025"), keeps its order by itself; so does what stands between.
_SAFE = re.compile(rf"[{_LATIN}]+|\d+(?:[.,:/]\d+)*|\W+")


def isolate(text: str) -> str:
    """Plain text for a right-to-left line, foreign runs between isolates; what is between isolates already stays."""
    return "".join(f"{_OPEN}{part}{_CLOSE}" if foreign else part for part, foreign in _parts(text))


def isolate_lines(text: str) -> str:
    """Like ``isolate`` for the city's own German: a line without right-to-left letters is set apart as a whole."""
    return "\n".join(f"{_OPEN}{line}{_CLOSE}" if _is_foreign(line) else isolate(line) for line in text.split("\n"))


def first_strong(text: str) -> str:
    """Plain text of unknown direction, in isolates that take it from its first letter, line by line."""
    return "\n".join(f"\u2068{line}{_CLOSE}" for line in text.split("\n"))


def isolated_html(text: str) -> str:
    """Plain text as HTML for a right-to-left element, foreign runs in ``bdi``."""
    return "".join(
        f'<bdi dir="ltr">{escape(part)}</bdi>' if foreign else escape(part) for part, foreign in _parts(text)
    )


def isolated_line_html(line: str) -> str:
    """Like ``isolated_html`` for a line of the city's own German, which is set apart as a whole."""
    return f'<bdi dir="ltr">{escape(line)}</bdi>' if _is_foreign(line) else isolated_html(line)


def _is_foreign(line: str) -> bool:
    return bool(line.strip()) and not _NOT_WHOLE.search(line)


def _parts(text: str) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it must be set apart."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for marked in _MARKED.finditer(text):
        parts += _runs(text[end : marked.start()])
        parts.append((marked[0], False))
        end = marked.end()
    return parts + _runs(text[end:])


def _runs(text: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    end = 0
    for run in _RUN.finditer(text):
        parts.append((text[end : run.start()], False))
        parts += [(piece, not _SAFE.fullmatch(piece)) for piece in _pieces(run[0])]
        end = run.end()
    parts.append((text[end:], False))
    return [(part, foreign) for part, foreign in parts if part]


def _pieces(run: str) -> list[str]:
    if _LETTER.search(run):
        return [run]
    # Figures side by side are several numbers, which read from right to left, up to where a telephone number begins.
    dialled = _DIALLED.search(run)
    numbers, number = (run[: dialled.start()], [dialled[0]]) if dialled else (run, [])
    return _APART.split(numbers) + number
