"""What is entered into a text field by telephone, as it stands on a form: names with capitals, numbers in figures."""

import re

from assistant.forms import spoken
from assistant.forms.numbers import in_figures

_HOUSE_LETTER = re.compile(r"(?<=\d) ([^\W\d_])(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")


def as_entered(heard: str) -> str:
    """A few words out of a recogniser, which knows small letters only: "am wall zwölf a" → "Am Wall 12a"."""
    words = _WORD.sub(lambda word: _with_capital(word[0]), in_figures(heard))
    return _HOUSE_LETTER.sub(lambda letter: letter[1].lower(), words[:1].upper() + words[1:])


def _with_capital(word: str) -> str:
    return word if spoken.fold(word) in spoken.among("little") else word[:1].upper() + word[1:]
