"""Numbers and codes as they are told on the telephone, put as they would be written.

"k sieben r m vier x q zwei …" becomes "K7RM4XQ2…": a code is found in it, and a telephone number is masked in it, by
the same patterns as in what is typed.
"""

from assistant.forms import spoken
from assistant.forms.numbers import read_number

_SHORTEST = 5
"""So many signs in a row are no sentence any more."""
_LEAST_DIGITS = 2
_MOST_VALUE = 100


def as_written(heard: str) -> str:
    """The text with every run of single letters and numbers drawn together; all else stays as it is."""
    made: list[str] = []
    run: list[tuple[str, str]] = []
    for word in heard.split():
        if (sign := _sign(word)) is not None:
            run.append((word, sign))
            continue
        made += _drawn_together(run)
        made.append(word)
        run = []
    return " ".join(made + _drawn_together(run))


def _drawn_together(run: list[tuple[str, str]]) -> list[str]:
    signs = "".join(sign for _, sign in run)
    is_told = len(signs) >= _SHORTEST and sum(sign.isdigit() for sign in signs) >= _LEAST_DIGITS
    return [signs] if is_told else [word for word, _ in run]


def _sign(word: str) -> str | None:
    """What stands for a word in a number or code; None where it is an ordinary word."""
    plain = spoken.ascii_digits(word.strip(",.;-"))
    if plain.isdecimal() or (len(plain) == 1 and plain.isalpha()):
        return plain.upper()
    value = read_number(plain) if plain.isalpha() else None
    return str(value) if value is not None and 0 <= value < _MOST_VALUE and value == int(value) else None
